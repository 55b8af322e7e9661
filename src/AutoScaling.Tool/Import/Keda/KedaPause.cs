using AutoScaling.Primitives;

namespace AutoScaling.Tool.Import.Keda;

/// <summary>The annotations by which people pause KEDA.</summary>
internal static class KedaPause
{
    private const string Prefix = "autoscaling.keda.sh/";

    /// <summary>The policy, paused as the annotations say.</summary>
    public static ScalingPolicy Of(ScalingPolicy policy, Fields annotations)
    {
        // They say who owns the HPA, and there is none here.
        annotations.Pass("scaledobject.keda.sh/transfer-hpa-ownership", "validations.keda.sh/hpa-ownership");
        if (annotations.Whole($"{Prefix}paused-replicas") is { } count)
        {
            var (min, max) = (Phrase.Exact(policy.Range.Min), Phrase.Exact(policy.Range.Max));
            annotations.Differs(
                $"{Prefix}paused-replicas", $"is min and max of the policy: give them back as {min} and {max} when it is over");
            annotations.Pass($"{Prefix}paused");
            return policy with { Range = new(count, count) };
        }

        var (up, down) = (policy.Behavior.ScaleUp, policy.Behavior.ScaleDown);
        if (annotations.Flag($"{Prefix}paused-scale-out") is true) up = up with { Select = RateLimitSelect.Disabled };
        if (annotations.Flag($"{Prefix}paused-scale-in") is true) down = down with { Select = RateLimitSelect.Disabled };
        return policy with
        {
            Paused = annotations.Flag($"{Prefix}paused") is true,
            Behavior = policy.Behavior with { ScaleUp = up, ScaleDown = down },
        };
    }
}
