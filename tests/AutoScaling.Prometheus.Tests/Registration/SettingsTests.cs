using System.Collections.Immutable;
using AutoScaling.Prometheus.Tests.Stub;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Prometheus.Tests.Registration;

/// <summary>Servers from the configuration.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Read_OfEverySetting_SetsIt()
    {
        var options = OptionsReader.Read(Section(
            ("Url", "https://mimir:8080/prometheus"),
            ("TargetLabel", "{namespace}/{deployment}"),
            ("MaxAnswerAge", "2s"),
            ("QueryTimeout", "3s"),
            ("MaxConcurrency", "4"),
            ("AcceptPartial", "true"),
            ("BearerToken", "a"),
            ("BearerTokenFile", "b"),
            ("Username", "c"),
            ("Password", "d"),
            ("PasswordFile", "e"),
            ("AuthorityFile", "f"),
            ("CertificateFile", "g"),
            ("KeyFile", "h"),
            ("Headers:X-Scope-OrgID", "shop"),
            ("Parameters:dedup", "true"),
            ("Metrics:rps", "sum by (service) (rate(x[2m]))"),
            ("Metrics:queue:Query", "depth"),
            ("Metrics:queue:SampleTime", "timestamp(depth)"),
            ("Metrics:queue:TargetLabel", "queue"),
            ("Metrics:queue:ReplicaLabel", "pod"),
            ("Metrics:queue:AcceptPartial", "false")));
        Assert.Equal("https://mimir:8080/prometheus {namespace}/{deployment} 00:00:02 00:00:03 4 True",
            $"{options.Url} {options.TargetLabel} {options.MaxAnswerAge} {options.QueryTimeout} {options.MaxConcurrency} {options.AcceptPartial}");
        Assert.Equal("a b c d e", $"{options.BearerToken} {options.BearerTokenFile} {options.Username} {options.Password} {options.PasswordFile}");
        Assert.Equal("f g h", $"{options.AuthorityFile} {options.CertificateFile} {options.KeyFile}");
        Assert.Equal("[X-Scope-OrgID, shop] [dedup, true]", $"{options.Headers.Single()} {options.Parameters.Single()}");
        Assert.Equal(new PrometheusMetric { Query = "sum by (service) (rate(x[2m]))" }, options.Metrics["rps"]);
        Assert.Equal(
            new PrometheusMetric { Query = "depth", SampleTime = "timestamp(depth)", TargetLabel = "queue", ReplicaLabel = "pod", AcceptPartial = false },
            options.Metrics["queue"]);

        // A property that no setting reaches would be here.
        Assert.Equal(17, typeof(PrometheusOptions).GetProperties().Length);
        Assert.Equal(5, typeof(PrometheusMetric).GetProperties().Length);
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "Url", "", "Url must be http or https, without a user, a query and a fragment, but is ''." },
        { "Url", "prometheus:9090", "Url must be http or https, without a user, a query and a fragment, but is 'prometheus:9090'." },
        { "Url", "http://scaler:s3cr3t@prometheus", "Url must be http or https, without a user, a query and a fragment, but is one with a user." },
        { "TargetLabel", "{a}{b}", "TargetLabel must be a label, or a pattern of labels such as {namespace}/{deployment} with something between any two of them, but is '{a}{b}'." },
        { "MaxAnswerAge", "0s", "MaxAnswerAge must be more than 0 and at most 1 hour, but is 0s." },
        { "QueryTimeout", "31s", "QueryTimeout must be more than 0 and at most 30s, but is 31s." },
        { "MaxConcurrency", "0", "MaxConcurrency must be at least 1, but is 0." },
        { "Password", "s3cr3t", "Username must be set together with Password or PasswordFile, but is without the other." },
        { "Username", "scaler", "Username must be set together with Password or PasswordFile, but is without the other." },
        { "KeyFile", "x", "KeyFile must be set together with CertificateFile, but is without it." },
        { "Headers:Authorization", "s3cr3t", "Headers must not hold Authorization, which BearerToken or Username sets." },
        { "Headers:Bad name", "s3cr3t", "Headers must hold names and values of HTTP headers of a request, but has 'Bad name'." },
        { "Headers:Content-Type", "s3cr3t", "Headers must hold names and values of HTTP headers of a request, but has 'Content-Type'." },
        { "Metrics:rps", "sum({target})", "Metric 'rps': Query must be a PromQL expression with {target} only inside single or double quotes, but is 'sum({target})'." },
        { "Metrics:rps:SampleTime", "timestamp(x{a='{target}'})", "Metric 'rps': SampleTime must be asked as Query is, once for all targets or for each of them, but is 'timestamp(x{a='{target}'})'." },
        { "Metrics:rps:Quary", "x", "'Quary' is not a setting of a metric; did you mean 'query'?" },
        { "Ulr", "x", "'Ulr' is not a setting of a Prometheus server; did you mean 'url'?" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task Start_WithABadSetting_FailsWithASentence(string key, string value, string error)
    {
        var settings = new List<(string, string)> { ("Url", "http://localhost:1") };
        if (key.StartsWith("Metrics:rps:", StringComparison.Ordinal)) settings.Add(("Metrics:rps:Query", "up"));
        settings.RemoveAll(s => s.Item1 == key);
        settings.Add((key, value));
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddAutoScaling().AddPrometheus("prom", Section([.. settings])).UseSimulation().AddPolicy("web");
        using var host = builder.Build();
        var thrown = await Assert.ThrowsAsync<ScalingException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(error, thrown.Message, StringComparison.Ordinal);
        Assert.StartsWith("Prometheus server 'prom': ", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_WithServersInTheAutoscalersSection_ReadsThemAndFollowsTheirChanges()
    {
        await using var one = await StubServer.StartAsync((request, _) => (200, StubServer.Vector(("web", request.Query == "a * 1" ? "1" : "2"))));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AutoScaling:RunLoop"] = "false",
            ["AutoScaling:Policies:web:Max"] = "5",
            ["AutoScaling:Policies:web:Rules:0:Type"] = "targetTracking",
            ["AutoScaling:Policies:web:Rules:0:Metric"] = "rps@prom",
            ["AutoScaling:Policies:web:Rules:0:Target"] = "10",
            ["AutoScaling:Prometheus:prom:Url"] = one.Url.ToString(),
            ["AutoScaling:Prometheus:prom:Metrics:rps"] = "a * 1",
        }).Build();
        var logs = new FakeLogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(new FakeLoggerProvider(logs));
        var section = configuration.GetSection("AutoScaling");
        builder.Services.AddAutoScaling(section).AddPrometheus(section.GetSection("Prometheus")).UseScaler(s => new FakeScaler(TimeProvider.System, 1));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await RpsAsync(host));

        configuration["AutoScaling:Prometheus:prom:Metrics:rps"] = "b * 1";
        configuration.Reload();
        Assert.Equal(2, await RpsAsync(host));

        configuration["AutoScaling:Prometheus:prom:QueryTimeout"] = "soon";
        configuration.Reload();
        Assert.Equal(2, await RpsAsync(host));
        Assert.Contains(
            "The settings of the Prometheus server 'prom' were not loaded again, the old ones stay: "
                + "QueryTimeout must be a duration such as 30s, 5m or 00:05:00, but is 'soon'.",
            logs.GetSnapshot().Select(r => r.Message));
        Assert.Contains("The settings of the Prometheus server 'prom' were loaded again; metrics: 1.", logs.GetSnapshot().Select(r => r.Message));
        Assert.DoesNotContain(logs.GetSnapshot(), r => r.Message.Contains("'Prometheus'", StringComparison.Ordinal));

        configuration["AutoScaling:Prometheus:second:Url"] = one.Url.ToString();
        configuration.Reload();
        configuration.Reload();
        Assert.Single(
            logs.GetSnapshot(),
            r => r.Message == "The Prometheus server 'second' was added to the configuration, and can be read from the next start of the host on.");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_WithAMetricThatTheServerRefuses_Warns()
    {
        await using var server = await StubServer.StartAsync((request, _) => request.Query.Contains("good", StringComparison.Ordinal)
            ? (200, StubServer.Vector(("web", "1")))
            : (400, """{"status":"error","errorType":"bad_data","error":"no such thing"}"""));
        var logs = new FakeLogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(new FakeLoggerProvider(logs));
        builder.Services.AddAutoScaling(o => o.RunLoop = false)
            .AddPrometheus("prom", server.Url, p =>
            {
                p.Add("good", "good * 1");
                p.Add("bad", "bad * 1");
            })
            .UseScaler(s => new FakeScaler(TimeProvider.System, 1))
            .AddPolicy(Policy("web", new MetricRef("sum(oops{service='{target}'}", "prom")))
            .AddPolicy(Policy("api", new MetricRef("sum(good{service='{target}'})", "prom")));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredKeyedService<PrometheusSource>("prom").Checked;
        await Server.Condition.HoldsAsync(() => Task.FromResult(logs.GetSnapshot().Any(r => r.Message.StartsWith("The policy of", StringComparison.Ordinal))), TimeSpan.FromSeconds(30), "the policies' metrics are looked at");
        ImmutableArray<string> said = [.. logs.GetSnapshot().Where(r => r.Level == Microsoft.Extensions.Logging.LogLevel.Warning).Select(r => r.Message).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "The metric 'bad' of the Prometheus server 'prom' cannot be read: the server refuses the query (400, bad_data): no such thing.",
                "The policy of web has a metric that cannot be read, sum(oops{service='{target}'}@prom: the server refuses the query (400, bad_data): no such thing.",
            ],
            said);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static ScalingPolicy Policy(string target, MetricRef metric) =>
        new() { Target = target, Range = new(1, 5), Rules = [new TargetTrackingRule { Metric = metric, Target = 10 }] };

    private static async Task<double> RpsAsync(IHost host) =>
        (await host.Services.GetRequiredKeyedService<IMetricsProvider>("prom").GetMetricsAsync(new("web", "rps"), TestContext.Current.CancellationToken))["rps"].Value;

    private static IConfigurationSection Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("prom:" + s.Key, (string?)s.Value)))
        .Build()
        .GetSection("prom");
}
