using System.Net;
using System.Net.Sockets;
using System.Text;
using AutoScaling.Tests.Commands;
using AutoScaling.Tests.Loop;
using AutoScaling.Tests.Readme;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Recipes;

/// <summary>What tests of the page's recipes share: a recipe is run as it stands there, but for the places of programs and servers.</summary>
public abstract class RecipeTest : CommandTest
{
    internal static readonly Document Page = new("docs/commands-and-http.md");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<ServiceProvider> _services = [];

    public override void Dispose()
    {
        foreach (var services in _services) services.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The autoscaler of the recipe that names something, at 90 % CPU.</summary>
    /// <param name="about">What only this recipe names.</param>
    /// <param name="places">What stands there, and what it is in the test.</param>
    protected IAutoScaler Recipe(string about, params (string Shown, string Here)[] places)
    {
        var json = Assert.Single(Page.Blocks("json"), block => block.Contains(about, StringComparison.Ordinal));
        foreach (var (shown, here) in places)
        {
            Assert.Contains(shown, json, StringComparison.Ordinal);
            json = json.Replace(shown, here, StringComparison.Ordinal);
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("AutoScaling");
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        services.AddAutoScaling(section).UseScaler(_ => new FakeScaler(_time, 2)).UseMetrics(_ => TestMetrics.Cpu(_time, () => 90));
        _services.Add(services.BuildServiceProvider());
        var scaler = _services[^1].GetRequiredService<IAutoScaler>();
        Assert.NotEmpty(scaler.GetStatus().Targets); // loaded now: time that passes from here on makes them due
        return scaler;
    }

    protected async Task<ScalingRecord> Evaluate(IAutoScaler scaler, string target)
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        await scaler.TickAsync(Cancellation);
        return scaler.GetRecent(target)[0];
    }

    /// <summary>Writes a program.</summary>
    protected string Program(string name, string script)
    {
        File.WriteAllText(At(name), script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return At(name);
    }

    protected static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
