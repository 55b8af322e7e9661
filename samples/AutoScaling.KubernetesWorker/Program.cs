using AutoScaling.Kubernetes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

// Scales what the policies say, in a pod or beside kubectl. Every setting can be an environment variable: AutoScaling__Interval=15s, Kubernetes__AllNamespaces=true.
var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.ColorBehavior) = (true, "yyyy-MM-dd HH:mm:ss ", LoggerColorBehavior.Disabled));
builder.Services.AddAutoScaling(settings.GetSection("AutoScaling"))
    .AddPolicyFile(settings["POLICY_FILE"] ?? "/etc/autoscaling/policies.yaml") // A mounted ConfigMap; changes take effect at the next evaluation.
    .UseKubernetes(settings.GetSection("Kubernetes").Bind)
    .UseLeaderElection(settings.GetSection("LeaderElection").Bind)
    .SaveStateToKubernetes();

await builder.Build().RunAsync();
