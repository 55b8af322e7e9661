using System.Text.Json.Serialization;

namespace AutoScaling;

/// <summary>One metric of one replica. A known replica without a reading is listed without a value, so that its request is known.</summary>
public readonly record struct ReplicaReading
{
    /// <summary>Creates a reading.</summary>
    /// <param name="name">The replica's name.</param>
    /// <param name="value">
    /// The value in the metric's raw unit (cores, bytes, requests per second); <see langword="null"/> if there is none. NaN and infinity
    /// count as none.
    /// </param>
    /// <param name="request">
    /// What the replica requested of it, in the same unit; <see langword="null"/> if nothing. Less than 0 counts as none.
    /// </param>
    /// <param name="at">When it was measured.</param>
    /// <param name="window">The time that the value is an average over, up to <paramref name="at"/>.</param>
    [JsonConstructor]
    public ReplicaReading(string name, double? value, double? request = null, DateTimeOffset at = default, TimeSpan window = default)
    {
        Name = name;
        Value = value is { } v && double.IsFinite(v) ? v : null;
        Request = request is { } r && double.IsFinite(r) && r >= 0 ? r : null;
        At = at;
        Window = window;
    }

    /// <summary>The replica's name.</summary>
    public string Name { get; }

    /// <summary>The value in the metric's raw unit (cores, bytes, requests per second), or <see langword="null"/>.</summary>
    public double? Value { get; }

    /// <summary>What the replica requested of it, in the same unit, or <see langword="null"/>.</summary>
    public double? Request { get; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The time that the value is an average over, up to <see cref="At"/>.</summary>
    public TimeSpan Window { get; }
}
