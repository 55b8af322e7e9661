using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Tests.Loop;

/// <summary>What a reload does not do is said, and what changes without a sign is noticed.</summary>
public sealed class ReloadTroubleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeLogCollector _log = new();
    private readonly TestTime _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IEnumerable<string> Warnings => _log.GetSnapshot().Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Reload_SettingsThatAreReadAtTheStart_AreSaidToBeIgnored()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AutoScaling:Interval", "30s"), new("AutoScaling:Policies:0:Service", "web")]).Build();
        await using var services = FromConfiguration(configuration.GetSection("AutoScaling"));
        var autoScaler = services.GetRequiredService<IAutoScaler>();
        await autoScaler.TickAsync(Stop);

        configuration["AutoScaling:Interval"] = "5s";
        configuration["AutoScaling:MaxConcurency"] = "3";
        configuration["AutoScaling:Policies:0:Max"] = "7";
        configuration.Reload();
        await autoScaler.TickAsync(Stop);

        Assert.Equal(
            [
                "The configuration was loaded again, but not all of it counts: 'MaxConcurency' is not a setting of AutoScaling; did you mean 'maxConcurrency'?",
                "The configuration was loaded again, but not all of it counts: Interval is read when the host starts; it stays what it was, and is not '5s'.",
            ],
            Warnings);
        Assert.Equal(7, autoScaler.GetStatus("web").Policy.Range.Max);

        configuration.Reload();
        await autoScaler.TickAsync(Stop);
        Assert.Equal(3, Warnings.Count()); // what changed is said once, what is wrong as long as it is
    }

    [Fact]
    public async Task Reload_ConfigurationFileIsBroken_TheOldPoliciesStayAndItIsSaid()
    {
        var path = Path.Combine(_folder.FullName, "appsettings.json");
        const string right = """{"AutoScaling": {"Policies": [{"Service": "web", "Max": 7}]}}""";
        await File.WriteAllTextAsync(path, right, Stop);
        using var files = new ManualFiles(_folder.FullName);
        var configuration = new ConfigurationBuilder().AddJsonFile(s => (s.FileProvider, s.Path, s.ReloadOnChange, s.ReloadDelay) = (files, "appsettings.json", true, 0)).Build();
        await using var services = FromConfiguration(configuration.GetSection("AutoScaling"));
        var autoScaler = services.GetRequiredService<IAutoScaler>();
        await autoScaler.TickAsync(Stop);

        // As a watched file is loaded again: what the provider throws goes to nobody.
        await File.WriteAllTextAsync(path, "{ broken", Stop);
        Assert.Throws<AggregateException>(files.Change);
        await autoScaler.TickAsync(Stop);
        await autoScaler.TickAsync(Stop);
        Assert.Equal(7, autoScaler.GetStatus("web").Policy.Range.Max);
        var error = Assert.Single(autoScaler.GetStatus().ReloadErrors);
        Assert.Equal(
            "In the configuration section 'AutoScaling': Settings have changed without a notice, as happens when a file of the configuration can no longer be read: look at the one "
            + "that was changed last.",
            error);
        Assert.Equal($"Policies were not loaded again, the old ones stay: {error}", Assert.Single(Warnings));

        await File.WriteAllTextAsync(path, right.Replace("7", "8", StringComparison.Ordinal), Stop);
        files.Change();
        await autoScaler.TickAsync(Stop);
        Assert.Equal(8, autoScaler.GetStatus("web").Policy.Range.Max);
        Assert.Empty(autoScaler.GetStatus().ReloadErrors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reload_FileIsSwappedByALink_IsNoticedAlsoWithTheSameTimeAndSize(bool linkToFolder)
    {
        if (OperatingSystem.IsWindows()) return;
        var written = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var max in (int[])[7, 8])
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, $"v{max}")).FullName;
            var file = Path.Combine(folder, "policies.yaml");
            await File.WriteAllTextAsync(file, $"policies: [ {{ service: web, max: {max} }} ]", Stop);
            File.SetLastWriteTimeUtc(file, written);
        }

        var path = Path.Combine(_folder.FullName, linkToFolder ? "current/policies.yaml" : "policies.yaml");
        Link(7);
        using var system = new TestSystem(b => b.AddPolicyFile(path));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(7, system.AutoScaler.GetStatus("web").Policy.Range.Max);
        Link(8);
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(8, system.AutoScaler.GetStatus("web").Policy.Range.Max);

        void Link(int max)
        {
            var link = Path.Combine(_folder.FullName, linkToFolder ? "current" : "policies.yaml");
            if (linkToFolder)
            {
                if (Directory.Exists(link)) Directory.Delete(link);
                Directory.CreateSymbolicLink(link, $"v{max}");
            }
            else
            {
                File.Delete(link);
                File.CreateSymbolicLink(link, $"v{max}/policies.yaml");
            }
        }
    }

    private ServiceProvider FromConfiguration(IConfiguration section)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_log))).AddSingleton<TimeProvider>(_time);
        services.AddAutoScaling(section).UseSimulation();
        return services.BuildServiceProvider();
    }

    /// <summary>Files of which the test says that they have changed.</summary>
    private sealed class ManualFiles(string folder) : IFileProvider, IDisposable
    {
        private readonly PhysicalFileProvider _files = new(folder);
        private CancellationTokenSource _changed = new();

        public IDirectoryContents GetDirectoryContents(string subpath) => _files.GetDirectoryContents(subpath);

        public IFileInfo GetFileInfo(string subpath) => _files.GetFileInfo(subpath);

        public IChangeToken Watch(string filter) => new CancellationChangeToken(_changed.Token);

        public void Change()
        {
            using var changed = _changed;
            _changed = new();
            changed.Cancel();
        }

        public void Dispose()
        {
            _files.Dispose();
            _changed.Dispose();
        }
    }
}
