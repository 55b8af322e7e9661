using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoScaling.AspNetCore.Health;

/// <summary>Says whether this copy could do its work: what is behind the autoscaler has answered once.</summary>
internal sealed class AutoScalingReadinessCheck(IAutoScaler autoScaler) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(autoScaler.GetStatus()));

    private static HealthCheckResult Check(AutoScalerStatus status)
    {
        if (status.Leadership is { Leads: false } standby)
        {
            // Who knows the leader could ask for it, and so can take its place.
            return standby.Leader is { } leader
                ? HealthCheckResult.Healthy($"This copy stands by; '{leader}' leads.")
                : HealthCheckResult.Unhealthy("This copy does not lead, and does not know who does.");
        }

        var enabled = status.Targets.Where(t => t.Enabled).ToList();
        if (enabled.Count == 0) return HealthCheckResult.Healthy("There is no target, so nothing is read.");
        if (enabled.Exists(t => t.Replicas is not null)) return HealthCheckResult.Healthy("Targets were read.");
        var error = enabled.Select(t => t.LastError).FirstOrDefault(e => e is not null);
        return HealthCheckResult.Unhealthy(error is null ? "No target was read yet." : $"No target could be read yet. {error}");
    }
}
