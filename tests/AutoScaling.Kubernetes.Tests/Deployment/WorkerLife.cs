using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The worker's loop in this process, from its start to its stop: it leads, loads, scales, loses a race, writes Events, saves and resigns.</summary>
internal static class WorkerLife
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Lives once.</summary>
    /// <param name="deployed">Where, and as whom.</param>
    /// <param name="number">Which life it is, so that each finds something to do.</param>
    /// <param name="log">What it says.</param>
    /// <param name="end">Looks at the host before it stops.</param>
    public static async Task RunAsync(Deployed deployed, int number, Sentences log, Func<IAutoScaler, Task>? end = null)
    {
        var file = Path.Combine(deployed.Team.Plane.Folder, $"{deployed.Name}.yaml");
        await File.WriteAllTextAsync(file, deployed.Policies, Cancellation);
        var evaluated = new ConcurrentDictionary<ScalingTarget, bool>();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(log);
        builder.Services.AddAutoScaling(o => (o.StartJitter, o.EvaluationTimeout) = (0, TimeSpan.FromMinutes(1)))
            .AddPolicyFile(file)
            .UseKubernetes(o => (o.KubeConfig, o.MaxListAge) = (deployed.KubeConfig, TestNamespace.ListAge))
            .UseLeaderElection(o => (o.LeaseDuration, o.RenewDeadline) = (TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(1))) // However busy the machine is.
            .SaveStateToKubernetes()
            .OnEvaluated(record => evaluated[record.Target] = true);
        using var host = builder.Build();
        var saved = await SavedAsync(deployed);
        await Targets.UntilListedAsync(deployed.Team);
        await host.StartAsync(Cancellation);
        var scaler = host.Services.GetRequiredService<IAutoScaler>();

        while (evaluated.Count < 2 && !log.Warnings.Any(w => w.Contains("cannot be looked after", StringComparison.Ordinal))) await Task.Delay(10, Cancellation);
        if (evaluated.Count == 2)
        {
            // What was listed is out of date from here on.
            await Targets.TouchAsync(deployed.Team, number);
            await TryScaleAsync(scaler, $"{deployed.Team.Name}/web", 10 + number);
            await TryScaleAsync(scaler, $"{deployed.Team.Name}/statefulsets/db", 7 + number);

            // What was scaled is saved a moment later, and once more at the end with everything else.
            while (log.Warnings.Count == 0 && await SavedAsync(deployed) == saved) await Task.Delay(20, Cancellation);
        }

        if (end is not null) await end(scaler);
        await host.StopAsync(Cancellation);
    }

    private static async Task<string?> SavedAsync(Deployed deployed) =>
        (string?)(await deployed.Team.Admin.TryGetAsync($"/api/v1/namespaces/{deployed.Name}/configmaps/autoscaling-state-scaled", Cancellation))?["metadata"]!["resourceVersion"];

    private static async Task TryScaleAsync(IAutoScaler scaler, string target, int replicas)
    {
        try
        {
            await scaler.ScaleAsync(target, replicas, cancellationToken: Cancellation);
        }
        catch (ScalingException)
        {
            // It is in the log, too.
        }
    }
}
