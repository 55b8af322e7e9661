namespace AutoScaling.Tool.Import.Hpa;

/// <summary>The value that an HPA keeps a metric at.</summary>
/// <param name="Kind">
/// <see cref="TargetKind.Utilization"/>, <see cref="TargetKind.AverageValue"/> or, for a Value, <see cref="TargetKind.TotalValue"/>.
/// </param>
/// <param name="Value">The value.</param>
internal sealed record HpaGoal(TargetKind Kind, double Value)
{
    /// <summary>As autoscaling/v2 and v2beta2 write it; <see langword="null"/> if it cannot be read, which is told.</summary>
    public static HpaGoal? Of(Fields target) => target.Required("type") switch
    {
        "Utilization" => Read(target, TargetKind.Utilization, "averageUtilization"),
        "AverageValue" => Read(target, TargetKind.AverageValue, "averageValue"),
        "Value" => Read(target, TargetKind.TotalValue, "value"),
        null => null,
        var other => Wrong(target, other),
    };

    /// <summary>As autoscaling/v2beta1 writes it: by the name of the field.</summary>
    public static HpaGoal? Old(Fields metric, string? utilization = null, string? total = null, string? average = null)
    {
        if (utilization is not null && metric.Has(utilization)) return Read(metric, TargetKind.Utilization, utilization);

        // An object has both, of which the average goes before.
        if (average is not null && metric.Has(average))
        {
            if (total is not null) metric.Pass(total);
            return Read(metric, TargetKind.AverageValue, average);
        }

        return Read(metric, total is null ? TargetKind.AverageValue : TargetKind.TotalValue, total ?? average!);
    }

    private static HpaGoal? Read(Fields target, TargetKind kind, string name)
    {
        var value = kind == TargetKind.Utilization ? target.Whole(name) : target.Quantity(name);
        if (value is null && !target.Has(name)) target.Invalid(name, "must be there, but is not");
        return value is { } goal ? new(kind, goal) : null;
    }

    private static HpaGoal? Wrong(Fields target, string type)
    {
        target.Invalid("type", $"must be Utilization, AverageValue or Value, but is '{type}'");
        return null;
    }
}
