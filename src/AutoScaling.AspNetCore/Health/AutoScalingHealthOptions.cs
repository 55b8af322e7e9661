using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoScaling.AspNetCore;

/// <summary>What the health check of the autoscaler takes for trouble, and for how bad.</summary>
/// <remarks>
/// A trouble that is said to be <see cref="HealthStatus.Healthy"/> stands in the data only. Only a loop that is dead is unhealthy by
/// default, because only that is mended by a restart.
/// </remarks>
public sealed class AutoScalingHealthOptions
{
    /// <summary>How long nothing at all may be evaluated before the loop is dead.</summary>
    /// <value>2 minutes by default, and never less than three intervals of the most frequent target; more than 0.</value>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a target may have no usable metric, or fail to be scaled, before it is trouble.</summary>
    /// <value>2 minutes by default; at least 0. Counted from the first check that saw it.</value>
    public TimeSpan TroubleAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a target may want more than its maximum before it is trouble.</summary>
    /// <value>15 minutes by default; at least 0. Counted from the first check that saw it.</value>
    public TimeSpan SaturatedAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How bad a loop is that evaluates nothing.</summary>
    /// <value><see cref="HealthStatus.Unhealthy"/> by default.</value>
    public HealthStatus DeadLoop { get; set; } = HealthStatus.Unhealthy;

    /// <summary>How bad a target is of which no metric can be used.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus NoUsableMetrics { get; set; } = HealthStatus.Degraded;

    /// <summary>How bad it is that a target cannot be read or scaled.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus FailedScaling { get; set; } = HealthStatus.Degraded;

    /// <summary>How bad it is that changed policies could not be loaded.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus ReloadErrors { get; set; } = HealthStatus.Degraded;

    /// <summary>How bad it is that what is remembered cannot be loaded or saved.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus FailingStateStore { get; set; } = HealthStatus.Degraded;

    /// <summary>How bad it is that observers, such as a decision log, hang, fail or lose records.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus FailingObservers { get; set; } = HealthStatus.Degraded;

    /// <summary>How bad a target is that wants more replicas than its maximum.</summary>
    /// <value><see cref="HealthStatus.Degraded"/> by default.</value>
    public HealthStatus Saturated { get; set; } = HealthStatus.Degraded;
}
