namespace AutoScaling.Tool.Import.Hpa;

/// <summary>The behaviour of an HPA, also within a ScaledObject. What it leaves out is the HPA's default, as the preset has it.</summary>
internal static class HpaBehavior
{
    public static ScalingBehavior Read(Fields behavior, ImportOptions options)
    {
        var usual = ScalingBehavior.Kubernetes;
        return usual with
        {
            ScaleUp = Direction(behavior.Block("scaleUp"), usual.ScaleUp),
            ScaleDown = Direction(behavior.Block("scaleDown"), usual.ScaleDown),
            SafetyGuards = !options.IsExact,
        };
    }

    private static DirectionBehavior Direction(Fields rules, DirectionBehavior usual)
    {
        var limits = rules.List("policies");
        return usual with
        {
            StabilizationWindow = rules.Whole("stabilizationWindowSeconds") is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : usual.StabilizationWindow,
            Tolerance = rules.Quantity("tolerance") ?? usual.Tolerance,
            Select = rules.Text("selectPolicy") switch
            {
                null or "Max" => RateLimitSelect.Max,
                "Min" => RateLimitSelect.Min,
                "Disabled" => RateLimitSelect.Disabled,
                var other => Wrong(rules, "selectPolicy", "Max, Min or Disabled", other),
            },
            RateLimits = limits.Count == 0 ? usual.RateLimits : [.. limits.Select(Limit).OfType<RateLimit>()],
        };
    }

    private static RateLimit? Limit(Fields limit)
    {
        var (type, count, time) = (limit.Required("type"), Count(limit, "value"), Count(limit, "periodSeconds"));
        if (type is null || count is not { } value || time is not { } seconds) return null;
        var period = TimeSpan.FromSeconds(seconds);
        switch (type)
        {
            case "Pods":
                return RateLimit.Replicas(value, period);
            case "Percent":
                return RateLimit.Percent(value, period);
            default:
                Wrong(limit, "type", "Pods or Percent", type);
                return null;
        }
    }

    private static int? Count(Fields limit, string name)
    {
        if (limit.Whole(name) is { } count) return count;
        if (!limit.Has(name)) limit.Invalid(name, "must be there, but is not");
        return null;
    }

    private static RateLimitSelect Wrong(Fields rules, string name, string rule, string value)
    {
        rules.Invalid(name, $"must be {rule}, but is '{value}'");
        return default;
    }
}
