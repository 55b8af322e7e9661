using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Processes;

/// <summary>Processes that the configuration describes, reloaded like policies.</summary>
public sealed class ConfiguredProcessesTests : ProcessTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private IConfigurationRoot? _configuration;

    [Fact]
    public async Task Tick_ProcessesOfTheConfiguration_AreStarted()
    {
        await using var services = Services(Web("one", "\"InitialReplicas\": 2, \"CpuRequest\": 0.5, \"MemoryRequest\": 3000000000, \"RestartBackoff\": { \"Min\": \"2s\" }"), "web");
        await Tick(services);
        var scaler = services.GetRequiredService<ProcessScaler>();
        Assert.Equal(2, (await Status(scaler)).Desired);
        var spec = scaler.Look("web")!.Value.Spec;
        Assert.Equal(0.5, spec.CpuRequest);
        Assert.Equal(3_000_000_000, spec.MemoryRequest);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)), (spec.RestartBackoff.Min, spec.RestartBackoff.Max));
        Assert.Equal("one\n", await TextOf("web-0"));
    }

    [Fact]
    public async Task Tick_SettingsChanged_RunningReplicasStayAndNewOnesAreAsTheSectionSays()
    {
        await using var services = Services(Web("one"), "web");
        await Tick(services);
        var scaler = services.GetRequiredService<ProcessScaler>();
        Assert.Equal("one\n", await TextOf("web-0"));
        var first = Assert.Single(Ids(scaler));

        Write(Web("two"), "web");
        await Tick(services);
        Assert.Equal(ScaleOutcomeKind.Applied, (await Scale(scaler, 1, 2)).Kind);

        Assert.Equal("two\n", await TextOf("web-1"));
        Assert.Equal("one\n", await TextOf("web-0"));
        Assert.Equal(first, Ids(scaler)[0]);
    }

    [Fact]
    public async Task Tick_SettingsBecameInvalid_TheOldOnesStayAndEveryErrorIsTold()
    {
        await using var services = Services(Web("one"), "web");
        await Tick(services);
        Write("""{ "web": { "FileNam": "x", "Grace": "2d", "RestartBackoff": { "Min": "9s", "Max": "3s" }, "MemoryRequest": 1e300 } }""", "web");
        await Tick(services);
        Assert.Equal(
            [
                "In the configuration section 'AutoScaling:Processes': processes.web: FileName is required for processes.",
                "processes.web: Grace must be between 0 and 24 hours, but is 2d.",
                "processes.web.restartBackoff: Max must be at least Min (9s), but is 3s.",
                "processes.web: MemoryRequest must be between 1 and 9007199254740992, but is 1E+300.",
                "processes.web: 'FileNam' is not a setting of processes; did you mean 'fileName'?",
            ],
            services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
        Assert.Equal("sh", Path.GetFileName(services.GetRequiredService<ProcessScaler>().Look("web")!.Value.Spec.FileName));
    }

    [Fact]
    public async Task Tick_GoneButAPolicyIsThere_StaysAndSaysSoAndIsStoppedAfterwards()
    {
        await using var services = Services("""{ "web": { "FileName": "sleep", "Arguments": ["1000"] }, "other": { "FileName": "sleep", "Arguments": ["1000"] } }""", "web", "other");
        await Tick(services);
        var scaler = services.GetRequiredService<ProcessScaler>();
        var ids = Ids(scaler);
        Assert.NotEmpty(ids);

        Write("""{ "other": { "FileName": "sleep", "Arguments": ["1000"] } }""", "web", "other");
        await Tick(services);
        Assert.Equal(["Processes must have 'web' as long as policy 'web' is there, but has it no longer; they stay as they were."], services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
        Assert.All(ids, id => Assert.True(IsAlive(id)));

        Write("""{ "other": { "FileName": "sleep", "Arguments": ["1000"] } }""", "other");
        await Tick(services);
        await UntilGone(ids);
        Assert.Empty(services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
        Assert.Null(scaler.Look("web"));
        Assert.Equal(1, (await scaler.GetReplicasAsync("other", Cancellation)).Desired);
    }

    [Fact]
    public async Task Tick_ATargetOfCodeAndOfTheConfiguration_IsRefused()
    {
        await using var services = Services(Web("one"), [Sleeper], "web");
        var error = Assert.Throws<ScalingException>(() => services.GetRequiredService<IAutoScaler>().GetStatus());
        Assert.Equal("In the configuration section 'AutoScaling:Processes': Target must be different in every ProcessSpec, but 'web' is there twice.", error.Message);
    }

    private string Web(string word, string more = "\"InitialReplicas\": 1") =>
        $$"""{ "web": { "FileName": "/bin/sh", "Arguments": ["-c", "echo {{word}} > $AUTOSCALING_REPLICA; exec sleep 1000"], "WorkingDirectory": "{{Folder}}", "Output": "discard", "Grace": "60s", {{more}} } }""";

    private Task<int> Tick(IServiceProvider services)
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        return services.GetRequiredService<IAutoScaler>().TickAsync(Cancellation);
    }

    private void Write(string processes, params string[] policies)
    {
        var named = string.Join(", ", policies.Select(policy => $$"""  "{{policy}}": { "Rules": [ { "Type": "fixed", "Replicas": 1 } ], "Mode": "recommend" } """));
        File.WriteAllText(At("appsettings.json"), $$"""{ "AutoScaling": { "RunLoop": false, "StartJitter": 0, "Processes": {{processes}}, "Policies": { {{named}} } } }""");
        _configuration?.Reload();
    }

    private ServiceProvider Services(string processes, params string[] policies) => Services(processes, [], policies);

    private ServiceProvider Services(string processes, ProcessSpec[] specs, params string[] policies)
    {
        Write(processes, policies);
        _configuration = new ConfigurationBuilder().AddJsonFile(At("appsettings.json")).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        services.AddAutoScaling(_configuration.GetSection("AutoScaling")).UseProcesses([.. specs]).UseProcesses(_configuration.GetSection("AutoScaling:Processes"));
        return services.BuildServiceProvider();
    }
}
