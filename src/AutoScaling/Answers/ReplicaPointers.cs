using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>Where an answer has the counts of replicas.</summary>
/// <param name="desired">Where the wanted count stands; <see langword="null"/> if it is the whole answer.</param>
/// <param name="ready">Where the count of ready ones stands; <see langword="null"/> if all count as ready.</param>
/// <param name="starting">Where the count of starting ones stands; <see langword="null"/> if those that are not ready count as
/// starting.</param>
internal sealed class ReplicaPointers(JsonPointer? desired, JsonPointer? ready, JsonPointer? starting)
{
    /// <summary>Whether the answer is JSON.</summary>
    public bool IsJson => desired is not null || ready is not null || starting is not null;

    /// <summary>Reads the settings of these names.</summary>
    /// <exception cref="ScalingException">One is no pointer (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ReplicaPointers Parse(string? desired, string? ready, string? starting)
    {
        // An answer with several counts is JSON, so the wanted one has a place as well.
        if (desired is null && (ready ?? starting) is { } other)
            throw Bounds.Broken("DesiredPointer", "given beside ReadyPointer and StartingPointer", other);
        return new(
            JsonPointer.ParseOptional("DesiredPointer", desired),
            JsonPointer.ParseOptional("ReadyPointer", ready),
            JsonPointer.ParseOptional("StartingPointer", starting));
    }

    /// <summary>The counts, or why there are none.</summary>
    public Found<ReplicaStatus> Read(AnswerText answer, string target)
    {
        var wanted = answer.Count(desired, target);
        if (wanted.WhyNot is { } why) return Found<ReplicaStatus>.None(why);
        var serving = ready is null ? new(wanted.Value) : answer.Count(ready, target);
        if (serving.WhyNot is { } whyNotReady) return Found<ReplicaStatus>.None(whyNotReady);
        var begun = starting is null ? new(Math.Max(0, wanted.Value - serving.Value)) : answer.Count(starting, target);
        if (begun.WhyNot is { } whyNotStarting) return Found<ReplicaStatus>.None(whyNotStarting);
        return new(new() { Desired = wanted.Value, Ready = serving.Value, Starting = begun.Value });
    }
}
