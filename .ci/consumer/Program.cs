using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AutoScaling;
using AutoScaling.Prometheus;
using AutoScaling.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

var failures = 0;

void Check(bool holds, string promise)
{
    if (holds) return;
    failures++;
    Console.Error.WriteLine($"Broken in the package: {promise}");
}

var range = new ReplicaRange(1, 10);
Check(range.Clamp(12) == 10, "12 replicas come down to the maximum of 10.");
Check(range.Clamp(0) == 1, "0 replicas come up to the minimum of 1.");

var message = "";
try { _ = new ReplicaRange(5, 3); }
catch (ScalingException e) { message = e.Message; }
Check(message == "Max must be at least Min (5), but is 3.", $"a wrong range says what is wrong, but said '{message}'.");

// A policy from a document, a decision, and both through JSON and back.
var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
var policy = PolicyDocument.ParseYaml("policies: [ { service: web, max: 20, cpuTarget: 70 } ]")[0];
var seen = new ScalingObservation { Replicas = ReplicaStatus.AllReady(4), Metrics = ServiceMetrics.Of(now, cpu: 83.1) };
var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, seen, now);
Check(decision.To == 6, $"CPU above its target asks for 1.5 times the replicas, but it decided {decision}.");
Check(ScalingDecision.FromJson(decision.ToJson()).Explain() == decision.Explain(), "a decision survives JSON.");
var state = ScalingState.FromJson(ScalingState.New.After(decision, ScaleOutcome.Applied).ToJson());
Check(ScalingDecisionEngine.Decide(policy, state, seen with { Replicas = ReplicaStatus.AllReady(6) }, now.AddSeconds(30)).To == 6, "the state survives JSON, and with it the cooldown.");
Check(PolicyDocument.ParseJson(PolicyDocument.ToJson([policy]))[0].Range == policy.Range, "a policy survives JSON.");

// A host with the hosted loop, its log read back.
var log = Path.Combine(Path.GetTempPath(), $"consumer-{Environment.ProcessId}.jsonl");
var evaluated = new TaskCompletionSource<ScalingRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
var builder = Host.CreateEmptyApplicationBuilder(new());
builder.Services.AddAutoScaling(o => o.StartJitter = 0).AddPolicy("web", cpuTarget: 20).UseSimulation().CacheMetrics()
    .AddMeters("app", MeterMetric.Gauge("queue", "Shop", "orders.queued"))
    .LogDecisionsTo(log).OnEvaluated(record => evaluated.TrySetResult(record));
using (var host = builder.Build())
{
    await host.StartAsync();
    var record = await evaluated.Task.WaitAsync(TimeSpan.FromSeconds(30));
    Check(record is { Outcome.Kind: ScaleOutcomeKind.Applied, Decision.To: 2 }, $"the loop scales, but said '{record.Explain()}'.");
    var autoScaler = host.Services.GetRequiredService<IAutoScaler>();
    await autoScaler.ScaleAsync("web", 5);
    await host.StopAsync();

    // A status by the plain serializer, which knows the types beforehand here: it may not look at them after compiling ahead of time.
    var options = new JsonSerializerOptions { TypeInfoResolver = AutoScalingJson.TypeInfoResolver };
    var statusType = (JsonTypeInfo<AutoScalerStatus>)options.GetTypeInfo(typeof(AutoScalerStatus));
    var status = autoScaler.GetStatus();
    var json = JsonSerializer.Serialize(status, statusType);
    var read = JsonSerializer.Deserialize(json, statusType)!;
    Check(JsonSerializer.Serialize(read, statusType) == json, "a status survives JSON.");
    Check(read.Targets[0].LastDecision!.Explain() == status.Targets[0].LastDecision!.Explain(), "its explanation survives JSON.");
}

Check(DecisionLog.Read(log).Count() == 2, "the log is read back.");
Check(DecisionReplay.Run(DecisionLog.Read(log)) is { Records: 2, FirstDifference: null }, "the log's decisions come out identical.");
File.Delete(log);

// A web host with health, endpoints and dashboard.
var web = WebApplication.CreateSlimBuilder();
web.WebHost.UseSetting("urls", "http://127.0.0.1:0");
web.Services.AddAutoScaling(o => o.StartJitter = 0).AddPolicy("web", cpuTarget: 20).UseSimulation();
web.Services.AddHealthChecks().AddAutoScaling();
await using (var app = web.Build())
{
    app.MapHealthChecks("/health");
    app.MapAutoScaling("/autoscaling").AllowAnonymous().WithControl(c => c.AllowAnonymous());
    await app.StartAsync();
    var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    using var client = new HttpClient { BaseAddress = new(address) };
    foreach (var (path, expected) in new[]
    {
        ("/health", "Healthy"), ("/autoscaling/", "dashboard.js"), ("/autoscaling/dashboard.js", "import "), ("/autoscaling/list.js", "export "), ("/autoscaling/status", "\"total\":1"),
        ("/autoscaling/target?name=web", "\"target\":\"web\""), ("/autoscaling/policy?name=web", "service: web"), ("/autoscaling/view", "\"matching\":1"),
        ("/autoscaling/view/target?name=web", "\"canControl\":true"), ("/autoscaling/decisions?name=web", "["),
    })
    {
        var answer = await client.GetStringAsync(path);
        Check(answer.Contains(expected, StringComparison.Ordinal), $"{path} answers, but it said '{answer}'.");
    }

    using var body = new StringContent("""{ "target": "web", "reason": "a test" }""", null, "application/json");
    using var paused = await client.PostAsync("/autoscaling/pause", body);
    Check((await paused.Content.ReadAsStringAsync()).Contains("Paused by ", StringComparison.Ordinal), $"a target is paused, but it answered {paused.StatusCode}.");
    using var wrong = new StringContent("""{ "target": "wbe" }""", null, "application/json");
    using var missing = await client.PostAsync("/autoscaling/pause", wrong);
    Check((await missing.Content.ReadAsStringAsync()).Contains("There is no policy for", StringComparison.Ordinal), $"what is wrong is said, but it answered {missing.StatusCode}.");
    await app.StopAsync();
}

// One target once, by a scheduler of one's own.
using var evaluator = new TargetEvaluator(new FakeScaler(TimeProvider.System, 4), new SimulatedMetricsProvider(TimeProvider.System), TimeProvider.System);
var once = await evaluator.EvaluateAsync(policy, ScalingState.New, new TargetCalls());
Check(once is { Error: null, Decision.From: 4 } && once.Next != ScalingState.New, $"a target is evaluated without a host, but it said '{once.Explain()}'.");

// A Prometheus that is not there, from the configuration, by an expression of a policy.
var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Prometheus:prom:Url"] = "http://127.0.0.1:9",
    ["Prometheus:prom:Metrics:rps"] = "sum by (service) (rate(http_requests_total[2m]))",
}).Build();
var sources = new ServiceCollection().AddLogging();
sources.AddAutoScaling().AddPrometheus(settings.GetSection("Prometheus"));
await using (var provider = sources.BuildServiceProvider())
{
    var prom = provider.GetRequiredKeyedService<IMetricsProvider>("prom");
    var tracked = PolicyDocument.ParseYaml("policies: [ { service: web, rules: [ { type: targetTracking, metric: { prom: \"up{a='{target}'}\" }, target: 5 } ] } ]")[0];
    var asked = await prom.GetMetricsAsync(new("web", "rps", new MetricRef(tracked.Rules[0].Metrics[0].Name)), CancellationToken.None);
    const string Away = "the server at 127.0.0.1:9 cannot be reached: Connection refused";
    Check(asked.Count == 2 && asked.All(r => r is { Status: MetricStatus.Failed, Reason: Away }), $"a server that is not there is told, but it said '{asked}'.");
}

// The package's metrics, as OpenTelemetry collects them.
using (var meters = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddAutoScalingInstrumentation(maxTargets: 10).Build())
    Check(meters is not null, "OpenTelemetry collects the metrics.");

// A backtest, its report, and the lint.
var trace = LoadTrace.ParseCsv(new StringReader("time_s,load\n0,40\n600,200\n1200,40\n"), "steps");
var comparison = Backtest.Compare([Candidate.Of(policy), Candidate.Clairvoyant], [trace]);
var html = new StringWriter();
new BacktestReport(comparison).WriteHtml(html);
Check(comparison[0, 1].Scores is { UnderTime: 0, RelativeCost: 1 }, "a clairvoyant lacks nothing and costs what it costs.");
Check(html.ToString().Contains("</html>", StringComparison.Ordinal), "a report is written.");
Check(PolicyLint.Check(policy).IsEmpty, "the short form of a policy has no trap.");

Console.WriteLine($"AutoScaling {typeof(ReplicaRange).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}, {failures} checks failed");
return failures == 0 ? 0 : 1;
