namespace AutoScaling.Deciding;

/// <summary>A count that a person asks for, once.</summary>
internal readonly record struct ByHand
{
    /// <param name="replicas">The count.</param>
    /// <param name="reason">Why; <see langword="null"/> if nobody says.</param>
    /// <param name="by">By whom; <see langword="null"/> if nobody says.</param>
    /// <exception cref="ScalingException">
    /// A text is too long or holds what cannot be seen (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public ByHand(int replicas, string? reason = null, string? by = null)
    {
        const string what = "a scaling by hand";
        Replicas = replicas;
        (reason, by) = (ScalingOverride.Text(reason, "Reason", what), ScalingOverride.Text(by, "By", what));
        Said = $"{by ?? "someone"} asked for it by hand{(reason is null ? "" : $" ({reason.TrimEnd('.', ' ')})")}";
    }

    public int Replicas { get; }

    /// <summary>Who asked and why, as the decision says it.</summary>
    public string Said { get; }
}
