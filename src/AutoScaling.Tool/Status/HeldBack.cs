namespace AutoScaling.Tool.Status;

/// <summary>A guard that changed the count that was asked for.</summary>
/// <param name="Guard">Which.</param>
/// <param name="From">The count before it.</param>
/// <param name="To">The count after it.</param>
/// <param name="Until">Until when; <see langword="null"/> if time alone does not end it.</param>
internal sealed record HeldBack(string Guard, int From, int To, DateTimeOffset? Until = null)
{
    /// <summary>The guard that had the last word on a decision; <see langword="null"/> if none changed anything.</summary>
    public static HeldBack? Of(DecisionBody? decision) =>
        decision is { Steps: [.., var last] steps } ? steps.LastOrDefault(s => s.To == decision.To) ?? last : null;
}
