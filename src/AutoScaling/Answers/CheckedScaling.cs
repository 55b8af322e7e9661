using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>
/// What scalers do alike that read a count as an answer: nothing is scaled from another count than the one that was decided about.
/// </summary>
internal static class CheckedScaling
{
    /// <summary>The replicas that were read.</summary>
    /// <exception cref="ScalingException">They could not be (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public static async ValueTask<ReplicaStatus> ReplicasAsync(Task<Found<ReplicaStatus>> read)
    {
        var found = await read.ConfigureAwait(false);
        return found.WhyNot is null ? found.Value : throw new ScalingException(ScalingErrorKind.ScalingFailed, found.WhyNot);
    }

    /// <summary>Scales, if the count that was read is the one from which that was decided.</summary>
    /// <param name="read">The count.</param>
    /// <param name="from">The count that was decided about.</param>
    /// <param name="scale">Scales.</param>
    public static async ValueTask<ScaleOutcome> ScaleAsync(Task<Found<ReplicaStatus>> read, int from, Func<Task<ScaleOutcome>> scale)
    {
        var found = await read.ConfigureAwait(false);
        if (found.WhyNot is { } why) return ScaleOutcome.Failed(why);
        return found.Value.Desired is var count && count != from
            ? ScaleOutcome.Rejected($"it has {Phrase.Replicas(count)}, not {Phrase.Exact(from)}")
            : await scale().ConfigureAwait(false);
    }

    /// <summary>How a target is called, unless its name cannot be filled in.</summary>
    /// <param name="target">The target.</param>
    /// <param name="how">What cannot be done for it, as in <c>Policy 'web' cannot be scaled by a URL</c>.</param>
    /// <param name="whyNot">Why; <see langword="null"/> if it can.</param>
    /// <exception cref="ScalingException">It cannot (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static string Identify(ScalingTarget target, string how, string? whyNot) =>
        whyNot is null ? $"'{target}'" : throw ScalingException.Invalid($"Policy '{target}' cannot be {how}, because {whyNot}.");
}
