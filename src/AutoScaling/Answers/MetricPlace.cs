using System.Collections.Frozen;
using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>Where an answer has a metric, and how it becomes a reading.</summary>
/// <param name="name">The metric.</param>
/// <param name="pointer">Where the value stands; <see langword="null"/> if it is the whole answer.</param>
/// <param name="time">Where the time stands at which it was measured; <see langword="null"/> if the answer does not tell.</param>
/// <param name="factor">What the value is multiplied by.</param>
internal sealed class MetricPlace(string name, JsonPointer? pointer, JsonPointer? time, double factor)
{
    public MetricRef Metric { get; } = new(name);

    /// <summary>Whether the answer is JSON.</summary>
    public bool IsJson => pointer is not null || time is not null;

    /// <summary>Reads the settings of these names.</summary>
    /// <exception cref="ScalingException">One breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MetricPlace Parse(string name, string? pointer, string? timePointer, double factor)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Contains('@'))
            throw Bounds.Broken("Name", "a name without '@', which names a source", name);
        if (!double.IsFinite(factor) || factor == 0) throw Bounds.Broken("Factor", "a finite number other than 0", factor);
        return new(name, JsonPointer.ParseOptional("ValuePointer", pointer), JsonPointer.ParseOptional("TimePointer", timePointer), factor);
    }

    /// <summary>A metric under every name.</summary>
    /// <exception cref="ScalingException">Two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static FrozenDictionary<string, T> ByName<T>(IEnumerable<T> metrics, Func<T, string> name)
    {
        List<T> all = [.. metrics];
        List<string> twice =
        [
            .. all.GroupBy(name, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same => $"Metrics must have different names, but {Phrase.Exact(same.Count())} are named '{same.Key}'."),
        ];
        return twice.Count == 0 ? all.ToFrozenDictionary(name, StringComparer.Ordinal) : throw new ScalingException(twice);
    }

    /// <summary>Makes a reading of an answer that came.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="target">Whose metric it is.</param>
    /// <param name="asked">When it was asked for: the answer is not older than that, unless it says so.</param>
    public MetricReading Read(AnswerText answer, string target, DateTimeOffset asked)
    {
        var value = answer.Number(pointer, target);
        if (value.WhyNot is { } why) return None(why, value.IsFailed);
        if (time is null) return MetricReading.Available(Metric, value.Value * factor, asked);
        var at = answer.Time(time, target);
        return at.WhyNot is { } whyNoTime ? None(whyNoTime, at.IsFailed) : MetricReading.Available(Metric, value.Value * factor, at.Value);
    }

    private MetricReading None(string why, bool isFailed) => isFailed
        ? MetricReading.Failed(Metric, why)
        : MetricReading.Missing(Metric, why);
}
