using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>The settings of a <see cref="ReplicaRange"/> in documents. A range is checked as one, so its bounds are read first.</summary>
internal static class RangeSettings
{
    private static SettingsTable<Parts> Ends { get; } = SettingsTable.Of("a range", default(Parts))
        .WholeNumber("min", "The least replicas.", r => r.Min, (r, v) => r with { Min = v }, Bounds.Count)
        .WholeNumber("max", "The most replicas; at least min.", r => r.Max, (r, v) => r with { Max = v }, Bounds.Count);

    private static SettingsTable<Parts> Whole { get; } = Ends
        .WholeNumber(
            "multipleOf", "What every count is a multiple of, as min and max must be; counts are rounded up to it.",
            r => r.MultipleOf ?? 1, (r, v) => r with { MultipleOf = v }, Bounds.AtLeastOne);

    /// <summary>Adds the settings of a range to what has one.</summary>
    public static SettingsTable<T> Range<T>(this SettingsTable<T> table, Func<T, ReplicaRange> get, Func<T, ReplicaRange, T> with) =>
        Part(table, get, with, Whole);

    /// <summary>Adds the two ends of a range alone: what counts are multiples of is particular to a target.</summary>
    public static SettingsTable<T> RangeEnds<T>(this SettingsTable<T> table, Func<T, ReplicaRange> get, Func<T, ReplicaRange, T> with) =>
        Part(table, get, with, Ends);

    private static SettingsTable<T> Part<T>(
        SettingsTable<T> table, Func<T, ReplicaRange> get, Func<T, ReplicaRange, T> with, SettingsTable<Parts> parts) =>
        table.Part(value => Parts.Of(get(value)), (value, range) => with(value, new(range.Min, range.Max, range.MultipleOf)), parts);

    private readonly record struct Parts(int Min, int Max, int? MultipleOf)
    {
        public static Parts Of(ReplicaRange range) => new(range.Min, range.Max, range.MultipleOf);
    }
}
