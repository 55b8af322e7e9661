using AutoScaling;
using AutoScaling.Kubernetes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

// Scales what the policies say, in a pod or beside kubectl. Every setting can be an environment variable: AutoScaling__Interval=15s, Kubernetes__AllNamespaces=true.
var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.ColorBehavior) = (true, "yyyy-MM-dd HH:mm:ss ", LoggerColorBehavior.Disabled));
var scaling = builder.Services.AddAutoScaling(settings.GetSection("AutoScaling"))
    .UseKubernetes(settings.GetSection("Kubernetes"))
    .UseLeaderElection(settings.GetSection("LeaderElection"))
    .SaveStateToKubernetes();

// A mounted ConfigMap; changes take effect at the next evaluation. POLICY_FILE=none: there is none.
var file = settings["POLICY_FILE"] ?? "/etc/autoscaling/policies.yaml";
if (file != "none") scaling.AddPolicyFile(file);

// The custom resources: SCALING_POLICIES=all, in all namespaces or the worker's own, as Kubernetes__AllNamespaces says; or the namespaces, as team-a,team-b.
if (settings["SCALING_POLICIES"] is { Length: > 0 } namespaces)
    scaling.AddKubernetesPolicies(namespaces == "all" ? [] : [.. namespaces.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);

try
{
    using var host = builder.Build();
    _ = host.Services.GetRequiredService<IAutoScaler>().GetStatus(); // Whatever is wrong with settings or policies is said before anything runs.
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (e is ScalingException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
