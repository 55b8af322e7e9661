namespace AutoScaling;

/// <summary>What holds a policy's recommendations back, for each direction.</summary>
public sealed record ScalingBehavior
{
    /// <summary>The default: cooldowns of 300 s (up) and 600 s (down), the flap guard on, no windows and no rate limits.</summary>
    public static ScalingBehavior Default { get; } = new()
    {
        ScaleUp = new() { Cooldown = PolicyDefaults.Library.ScaleUpCooldown },
        ScaleDown = new() { Cooldown = PolicyDefaults.Library.ScaleDownCooldown },
    };

    /// <summary>
    /// The defaults of the Kubernetes HorizontalPodAutoscaler: up at once, by at most 4 replicas or 100 % per 15 s, whichever is more;
    /// down to the largest recommendation of the last 300 s; no cooldown and no flap guard; 0 replicas switch a target off.
    /// </summary>
    public static ScalingBehavior Kubernetes { get; } = new()
    {
        ScaleUp = new()
        {
            RateLimits = [RateLimit.Replicas(4, TimeSpan.FromSeconds(15)), RateLimit.Percent(100, TimeSpan.FromSeconds(15))],
        },
        ScaleDown = new()
        {
            StabilizationWindow = TimeSpan.FromSeconds(300),
            RateLimits = [RateLimit.Percent(100, TimeSpan.FromSeconds(15))],
        },
        FlapGuard = false,
        ZeroIsOff = true,
    };

    /// <summary>Nothing is held back: no cooldown, no windows, no limits, no flap guard.</summary>
    public static ScalingBehavior Immediate { get; } = new() { FlapGuard = false };

    /// <summary>What holds scale-ups back.</summary>
    public DirectionBehavior ScaleUp { get; init; } = new();

    /// <summary>What holds scale-downs back.</summary>
    public DirectionBehavior ScaleDown { get; init; } = new();

    /// <summary>Whether a scale-down is refused when the load that is there now would ask for a scale-up afterwards.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool FlapGuard { get; init; } = true;

    /// <summary>
    /// Whether a target that has 0 replicas, though its policy allows no fewer than 1, was switched off by someone: then it is left alone
    /// until someone gives it replicas again.
    /// Otherwise it is brought into its range. A policy that may scale to 0 itself is not touched by this.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    /// <remarks>Source: the implicit maintenance mode of the Kubernetes HPA.</remarks>
    public bool ZeroIsOff { get; init; }

    /// <summary>
    /// Whether nothing is scaled down on what cannot be trusted, and whether what a bound, a person or somebody else did has its place in
    /// the history: implausible values are refused, the first reading after a gap is no evidence, readiness never turns the direction of a
    /// rule around, what a floor held counts as recommended, rules decide from the clamped count, and a count that somebody else reset is
    /// restored.
    /// </summary>
    /// <value>
    /// <see langword="true"/> by default, in every preset. Off, the answers are those of the Kubernetes HPA to the last case.
    /// </value>
    public bool SafetyGuards { get; init; } = true;
}
