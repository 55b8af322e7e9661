using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// How long a process that ended by itself waits before it is started again: doubling from <see cref="Min"/> to <see cref="Max"/>.
/// </summary>
/// <remarks>
/// The waiting begins at <see cref="Min"/> again once a process has run for <see cref="Max"/>. Immutable and thread-safe.
/// </remarks>
public sealed record RestartBackoff
{
    // It stands before Default, which its own constructor checks by it.
    private static readonly Bounds<TimeSpan> Longest = new(most: TimeSpan.FromDays(1));

    /// <summary>1 second, doubling up to 60 seconds.</summary>
    public static readonly RestartBackoff Default = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    /// <summary>Creates a backoff.</summary>
    /// <param name="min">The first wait, more than 0.</param>
    /// <param name="max">The longest wait, at least <paramref name="min"/> and at most 1 day.</param>
    /// <exception cref="ScalingException">A wait breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public RestartBackoff(TimeSpan min, TimeSpan max)
    {
        Min = Bounds.PositiveTime.Check(min, "RestartBackoff.Min");
        if (max < min) throw Bounds.Broken("RestartBackoff.Max", $"at least Min ({Phrase.Exact(min)})", max);
        Max = Longest.Check(max, "RestartBackoff.Max");
    }

    /// <summary>The wait after a first crash.</summary>
    public TimeSpan Min { get; }

    /// <summary>The longest wait, and how long a process must run for its earlier crashes to be forgotten.</summary>
    public TimeSpan Max { get; }

    /// <summary>The wait after so many crashes in a row, at least one.</summary>
    internal TimeSpan After(int crashes)
    {
        // In ticks the wait would overflow after some sixty crashes. As a double it only grows, and it is compared with Max before it
        // becomes ticks.
        var seconds = Min.TotalSeconds * Math.Pow(2, crashes - 1);
        return seconds < Max.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Max;
    }
}
