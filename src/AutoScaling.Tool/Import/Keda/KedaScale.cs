using AutoScaling.Tool.Import.Hpa;

namespace AutoScaling.Tool.Import.Keda;

/// <summary>What a ScaledObject says of counts and times beside its triggers, with KEDA's defaults.</summary>
/// <param name="Min">The least replicas while something is to be done.</param>
/// <param name="Max">The most.</param>
/// <param name="Idle">The replicas while nothing is to be done; <see langword="null"/>: as many as <paramref name="Min"/>.</param>
/// <param name="Cooldown">How long nothing must have been to be done before the last replicas go.</param>
/// <param name="Polling">The time between two looks while there are none.</param>
internal sealed record KedaScale(int Min, int Max, int? Idle, TimeSpan Cooldown, TimeSpan Polling)
{
    private const int UsualMax = 100, UsualCooldown = 300, UsualPolling = 30;

    /// <summary>Whether it goes to 0 by itself.</summary>
    public bool GoesToZero => Min == 0 || Idle == 0;

    public static KedaScale Read(Fields spec)
    {
        var scale = new KedaScale(
            spec.Whole("minReplicaCount") ?? 0,
            spec.Whole("maxReplicaCount") ?? UsualMax,
            spec.Whole("idleReplicaCount"),
            TimeSpan.FromSeconds(spec.Whole("cooldownPeriod") ?? UsualCooldown),
            TimeSpan.FromSeconds(spec.Whole("pollingInterval") ?? UsualPolling));
        if (scale.Idle > 0)
        {
            spec.Unmapped("idleReplicaCount", "must be 0, the only value that KEDA supports: without it minReplicaCount holds");
            scale = scale with { Idle = null };
        }

        if (!scale.GoesToZero && spec.Has("cooldownPeriod"))
            spec.Differs("cooldownPeriod", "is only for the way to 0, in KEDA as here, and this never goes there: it is left out");
        if (spec.Whole("initialCooldownPeriod") is > 0)
            spec.Unmapped("initialCooldownPeriod", "has no match: there is nothing that begins when a target is made");
        return scale;
    }

    /// <summary>
    /// How often it is looked: as the HPA of KEDA does, and more often if the way from 0 is to be shorter.
    /// </summary>
    public TimeSpan Interval(Fields spec)
    {
        if (Polling >= HpaImport.Period || !GoesToZero)
        {
            if (spec.Has("pollingInterval") && Polling != HpaImport.Period)
            {
                spec.Differs(
                    "pollingInterval",
                    "is only for the way from 0 in KEDA; all is looked at every 15 s, as its HPA does, and that way is the faster for it");
            }

            return HpaImport.Period;
        }

        spec.Differs("pollingInterval", "becomes the interval of all of the policy, also where the HPA of KEDA looks every 15 s only");
        return Polling;
    }

    /// <summary>
    /// How long a metric must have been low before 0 replicas are asked for. The stabilization window begins then, so that the last replica
    /// goes after the cooldown, as in KEDA.
    /// </summary>
    public TimeSpan IdleTime(ScalingBehavior behavior) =>
        Cooldown > behavior.ScaleDown.StabilizationWindow ? Cooldown - behavior.ScaleDown.StabilizationWindow : TimeSpan.Zero;
}
