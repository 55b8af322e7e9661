using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace AutoScaling.Deciding;

/// <summary>Collects the steps of one decision on the stack; each guard adds at most one.</summary>
internal ref struct GuardTrail
{
    private Buffer _steps;
    private int _count;

    /// <summary>Begins without a step. The places for them are not cleared: nobody looks at one before it is written.</summary>
    public GuardTrail()
    {
        Unsafe.SkipInit(out this);
        _count = 0;
    }

    /// <summary>The range that holds; it is known before the first guard is asked.</summary>
    public ReplicaRange Range { get; set; }

    /// <summary>
    /// Notes that a guard changed the count, and returns the new count. What the range does anyway is no guard's doing: then nothing is
    /// noted and nothing changed.
    /// </summary>
    public int Step(ScalingGuard guard, int from, int to, long until = 0) =>
        Range.Clamp(from) == Range.Clamp(to) ? from : Note(guard, from, to, until);

    /// <summary>Brings the count into the range, and notes that if it was outside.</summary>
    public int Clamp(ScalingGuard guard, int count) => Range.Contains(count) ? count : Note(guard, count, Range.Clamp(count));

    /// <summary>Notes that a guard changed the count, whatever the range does, and returns the new count.</summary>
    public int Note(ScalingGuard guard, int from, int to, long until = 0)
    {
        _steps[_count++] = new GuardStep(guard, from, to, until);
        return to;
    }

    /// <summary>Whether a guard changed the count.</summary>
    public readonly bool Has(ScalingGuard guard)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_steps[i].Guard == guard) return true;
        }

        return false;
    }

    public readonly ImmutableArray<GuardStep> ToImmutable() => _count == 0 ? [] : Copy();

    private readonly ImmutableArray<GuardStep> Copy() => ((ReadOnlySpan<GuardStep>)_steps)[.._count].ToImmutableArray();

    // More than any path through the guards.
    [InlineArray(13)]
    private struct Buffer
    {
        private GuardStep _first;
    }
}
