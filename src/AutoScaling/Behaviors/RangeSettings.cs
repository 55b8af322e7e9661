using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>The settings of a <see cref="ReplicaRange"/> in documents. A range is checked as one, so its bounds are read first.</summary>
internal static class RangeSettings
{
    private static SettingsTable<(int Min, int Max)> Table { get; } = SettingsTable.Of("a range", (Min: 0, Max: 0))
        .WholeNumber("min", "The least replicas.", r => r.Min, (r, v) => (v, r.Max), Bounds.Count)
        .WholeNumber("max", "The most replicas; at least min.", r => r.Max, (r, v) => (r.Min, v), Bounds.Count);

    /// <summary>Adds the settings of a range to what has one.</summary>
    public static SettingsTable<T> Range<T>(this SettingsTable<T> table, Func<T, ReplicaRange> get, Func<T, ReplicaRange, T> with) =>
        table.Part(value => (get(value).Min, get(value).Max), (value, range) => with(value, new(range.Min, range.Max)), Table);
}
