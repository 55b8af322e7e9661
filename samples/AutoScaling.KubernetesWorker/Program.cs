using AutoScaling;
using AutoScaling.Kubernetes;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

// Scales what the policies say, in a pod or beside kubectl. Every setting can be an environment variable: AutoScaling__Interval=15s,
// Kubernetes__AllNamespaces=true, ASPNETCORE_HTTP_PORTS=8080 (where it answers), Logging__Console__FormatterName=json.
var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning) // Nobody wants a line for each probe, but for one that fails.
    .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
builder.Services.Configure<SimpleConsoleFormatterOptions>(o =>
    (o.SingleLine, o.TimestampFormat, o.ColorBehavior) = (true, "yyyy-MM-dd HH:mm:ss ", LoggerColorBehavior.Disabled));
var scaling = builder.Services.AddAutoScaling(settings.GetSection("AutoScaling"))
    .UseKubernetes(settings.GetSection("Kubernetes"))
    .UseLeaderElection(settings.GetSection("LeaderElection"))
    .SaveStateToKubernetes();
builder.Services.AddHealthChecks().AddAutoScaling(name: "live").AddAutoScalingReadiness("ready");
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddAutoScalingInstrumentation(maxTargets: settings.GetValue("Metrics:MaxTargets", 1_000)) // Each 1,000 take some 6 MB.
    .AddPrometheusExporter());

// A mounted ConfigMap; changes take effect at the next evaluation. POLICY_FILE=none: there is none.
var file = settings["POLICY_FILE"] ?? "/etc/autoscaling/policies.yaml";
if (file != "none") scaling.AddPolicyFile(file);

// The custom resources: SCALING_POLICIES=all, in all namespaces or the worker's own, as Kubernetes__AllNamespaces says; or the namespaces,
// as team-a,team-b.
const StringSplitOptions names = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
if (settings["SCALING_POLICIES"] is { Length: > 0 } namespaces)
    scaling.AddKubernetesPolicies(namespaces == "all" ? [] : [.. namespaces.Split(',', names)]);

try
{
    await using var app = builder.Build();
    app.MapHealthChecks("/livez", Only("live")); // The loop goes round, whoever else is away.
    app.MapHealthChecks("/readyz", Only("ready")); // The cluster has answered; a standby is ready, too.
    app.MapPrometheusScrapingEndpoint("/metrics");
    // Whatever is wrong with settings or policies is said before anything runs.
    _ = app.Services.GetRequiredService<IAutoScaler>().GetStatus();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is ScalingException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static HealthCheckOptions Only(string check) => new()
{
    Predicate = c => c.Name == check,
    ResponseWriter = (context, report) => context.Response.WriteAsync(report.Entries[check].Description + "\n"),
};
