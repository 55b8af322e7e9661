using AutoScaling.Tests.Commands;
using AutoScaling.Tests.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Configured;

/// <summary>Scalers and metric sources from configuration: with real programs and a real server, reloaded like policies.</summary>
public sealed class ConfiguredPortsTests : CommandTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private string Settings => At("appsettings.json");

    [Fact]
    public async Task Tick_CommandsAndServersOfTheConfiguration_MeasureAndScale()
    {
        await using var server = new TestServer { Answer = (_, _) => (200, """{"web":{"busy":90}}""") };
        await File.WriteAllTextAsync(At("count"), "4", Cancellation);
        using var services = Services(
            $$"""
            "Commands": { "files": {
              "Replicas": ["cat", "{{At("count")}}"],
              "Scale": ["/bin/sh", "-c", "echo \"$2\" > '{{At("count")}}'", "sh", "{target}", "{replicas}"],
              "Timeout": "5m", "Environment": { "A": "b" } } },
            "Http": { "api": { "Headers": { "X-Scope-OrgID": "shop" }, "Metrics": { "busy": { "Url": "{{server.Url}}/all", "ValuePointer": "/{target}/busy" } } } },
            """,
            """{ "web": { "Scaler": "files", "Max": 20, "Rules": [ { "Type": "targetTracking", "Metric": "busy@api", "Target": 60 } ] } }""");
        var scaler = services.GetRequiredService<IAutoScaler>();
        await scaler.TickAsync(Cancellation);
        Assert.Equal(ScaleOutcomeKind.Applied, scaler.GetRecent("web")[0].Outcome.Kind);
        Assert.Equal("6\n", await TextOf("count"));
        Assert.Equal("shop", Assert.Single(server.Headers)["X-Scope-OrgID"]);
    }

    [Fact]
    public async Task Tick_SettingsChanged_WhatPoliciesNameIsAnotherOne()
    {
        using var services = Services(Metric("echo", "7"), Policy);
        Assert.Equal(7, await Queue(services));
        Write(Metric("echo", "9"), Policy);
        Assert.Equal(9, await Queue(services));
        Assert.Empty(services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
    }

    [Fact]
    public async Task Tick_OtherSettingsChanged_WhatPoliciesNameStaysWhatItIs()
    {
        using var services = Services(Metric("echo", "7"), Policy);
        await Queue(services);
        var before = services.GetRequiredService<RegisteredPorts>().Metrics("things");
        Write(Metric("echo", "7") + """ "Http": { "other": { "Metrics": { "x": { "Url": "http://127.0.0.1:1/" } } } }, """, Policy);
        await Queue(services);
        Assert.NotNull(before);
        Assert.Same(before, services.GetRequiredService<RegisteredPorts>().Metrics("things"));
        Assert.NotNull(services.GetRequiredService<RegisteredPorts>().Metrics("other"));
    }

    [Fact]
    public async Task Tick_SettingsBecameInvalid_TheOldOnesStayAndEveryErrorIsTold()
    {
        using var services = Services(Metric("echo", "7"), Policy);
        await Queue(services);
        Write(
            """
            "Commands": { "things": { "Timeout": "0s", "Metrics": { "queue": { "Command": ["{target}"] } } } },
            "Http": { "api": { "Tokn": "geheim", "Metrics": { "busy": { "Url": "ftp://x" } } } },
            """,
            Policy);
        Assert.Equal(7, await Queue(services));
        Assert.Equal(
            [
                "In the configuration section 'AutoScaling': commands.things: Timeout must be more than 0 and at most 1 hour, but is 0s.",
                "commands.things.metrics.queue: Command must be a program of which nothing is filled in, with templates in its arguments only, but is '{target}'.",
                "http.api.metrics.busy: Url must be a URL that begins with http:// or https://, but is 'ftp://x'.",
                "http.api: 'Tokn' is not a setting of a server; did you mean 'token'?",
            ],
            services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
        Write(Metric("echo", "8"), Policy);
        Assert.Equal(8, await Queue(services));
        Assert.Empty(services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
    }

    [Fact]
    public async Task Tick_GoneButAPolicyNamesIt_StaysAndSaysSoUntilNoneDoes()
    {
        using var services = Services(Metric("echo", "7"), Policy);
        await Queue(services);
        Write("", Policy);
        Assert.Equal(7, await Queue(services));
        Assert.Equal(
            ["Commands must have 'things' as long as policy 'web' names it, but has it no longer; it stays as it was."],
            services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);

        Write("", """{ "web": { } }""");
        await Tick(services);
        Assert.Empty(services.GetRequiredService<IAutoScaler>().GetStatus().ReloadErrors);
        Assert.Null(services.GetRequiredService<RegisteredPorts>().Metrics("things"));
    }

    [Fact]
    public async Task Tick_MetersOfTheConfiguration_AreReadAndReplaced()
    {
        using var meter = new System.Diagnostics.Metrics.Meter($"shop-{Guid.NewGuid()}");
        var queue = meter.CreateGauge<int>("orders.queued");
        string Meters(string factor) =>
            $$"""
            "Meters": { "things": { "Metrics": { "queue": { "Meter": "{{meter.Name}}", "Instrument": "orders.queued", "Factor": {{factor}}, "Tags": { "shop": "a" } } } } },
            """;
        using var services = Services(Meters("1"), Policy);
        await Tick(services);
        queue.Record(9, new KeyValuePair<string, object?>("shop", "b"));
        queue.Record(7, new KeyValuePair<string, object?>("shop", "a"));
        Assert.Equal(7, await Queue(services));
        var before = (MeterMetricsProvider)services.GetRequiredService<RegisteredPorts>().Metrics("things")!;

        Write(Meters("2"), Policy);
        await Tick(services);
        queue.Record(8, new KeyValuePair<string, object?>("shop", "a"));
        Assert.Equal(16, await Queue(services));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await before.GetMetricsAsync(new("web", "queue"), Cancellation));
    }

    [Fact]
    public async Task Tick_NewPolicyWithANewSource_AreLoadedTogether()
    {
        using var services = Services("", """{ "web": { } }""");
        await Tick(services);
        Write(Metric("echo", "7"), Policy);
        Assert.Equal(7, await Queue(services));
    }

    [Fact]
    public void Start_InvalidSettings_AreToldTogetherWithTheOthers()
    {
        using var services = Services(
            """
            "Interval": "1ms",
            "Commands": { "none": { }, "half": { "Scale": ["x"] }, "same": { "Metrics": { "m": { "Command": "x" } } } },
            "Http": { "none": { }, "same": { "Metrics": { "m": { } } } },
            "Meters": { "empty": { }, "app": { "Metrics": {
              "a": { "Meter": "Shop" }, "b": { "Meter": "Shop", "Instrument": "x", "Kind": "quantile" },
              "c": { "Meter": "Shop", "Instrument": "x", "Window": "1ms", "Kind": "rate" } } } },
            """,
            """{ "web": { "Scaler": "nope" } }""");
        var errors = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IAutoScaler>().GetStatus()).Failures;
        Assert.Equal(
            [
                "Interval must be between 0.1s and 24 hours, but is 0.001s.",
                "In the configuration section 'AutoScaling': commands.half: Replicas must be a list of a program and its arguments, but it has no program.",
                "commands.none: Scale and Replicas, or Metrics, must be set, but are not.",
                "http.none: ScaleUrl and ReplicasUrl, or Metrics, must be set, but are not.",
                "http.same.metrics.m: Url is required for a metric of a server.",
                "meters.app.metrics.a: Instrument is required for a metric of a meter.",
                "meters.app.metrics.b: Level must be set for a quantile, and for nothing else, but Kind is quantile.",
                "meters.app.metrics.c: Window must be between 1s and 24 hours, but is 0.001s.",
                "meters.empty: Metrics must be set, but are not.",
                "Policy 'web' names the scaler 'nope', but none is registered under that name: call AddScaler(\"nope\", ...).",
            ],
            errors);
    }

    [Fact]
    public void Start_OneNameTwice_IsRefused()
    {
        using var services = Services(
            """
            "Commands": { "same": { "Metrics": { "m": { "Command": "x" } } } },
            "Http": { "same": { "Metrics": { "m": { "Url": "http://127.0.0.1:1/" } } } },
            """,
            """{ "web": { } }""");
        var error = Assert.Throws<ScalingException>(() => services.GetRequiredService<IAutoScaler>().GetStatus());
        Assert.Equal("In the configuration section 'AutoScaling': Commands, Http and Meters must have different names, but 'same' is there twice.", error.Message);
    }

    private const string Policy = """{ "web": { "Rules": [ { "Type": "targetTracking", "Metric": "queue@things", "Target": 60 } ] } }""";

    private static string Metric(string program, string argument) =>
        $$"""
        "Commands": { "things": { "Metrics": { "queue": { "Command": ["{{program}}", "{{argument}}"] } } } },
        """;

    private static async Task<double> Queue(IServiceProvider services)
    {
        await Tick(services);
        return services.GetRequiredService<IAutoScaler>().GetRecent("web")[0].Observation!.Metrics["queue@things"].Value;
    }

    private static Task<int> Tick(IServiceProvider services)
    {
        ((FakeTimeProvider)services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromMinutes(1));
        return services.GetRequiredService<IAutoScaler>().TickAsync(Cancellation);
    }

    private void Write(string ports, string policies)
    {
        File.WriteAllText(Settings, $$"""{ "AutoScaling": { "RunLoop": false, "StartJitter": 0, {{ports}} "Policies": {{policies}} } }""");
        _configuration?.Reload();
    }

    private IConfigurationRoot? _configuration;

    private ServiceProvider Services(string ports, string policies)
    {
        Write(ports, policies);
        _configuration = new ConfigurationBuilder().AddJsonFile(Settings).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        services.AddAutoScaling(_configuration.GetSection("AutoScaling"))
            .UseScaler(_ => new FakeScaler(_time, 4))
            .UseMetrics(_ => new SimulatedMetricsProvider(_time));
        return services.BuildServiceProvider();
    }
}
