using System.Collections.Frozen;
using AutoScaling.Primitives;

namespace AutoScaling.Evaluating;

/// <summary>The tags of meter and activities: the names of the library's own begin with <c>autoscaling.</c>, values are words.</summary>
internal static class TelemetryTags
{
    public const string Target = "autoscaling.target";
    public const string Direction = "autoscaling.direction";
    public const string Outcome = "autoscaling.outcome";
    public const string Guard = "autoscaling.guard";
    public const string Shadow = "autoscaling.shadow";
    public const string Result = "autoscaling.result";
    public const string Rule = "autoscaling.rule";
    public const string Metric = "autoscaling.metric";
    public const string From = "autoscaling.from";
    public const string To = "autoscaling.to";
    public const string Explanation = "autoscaling.explanation";

    /// <summary>As the semantic conventions of OpenTelemetry name it everywhere.</summary>
    public const string ErrorType = "error.type";

    public static KeyValuePair<string, object?> Of(ScalingTarget target) => new(Target, target.Name);

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    /// <summary>A value of an enum as a word, such as <c>metrics_unavailable</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => Words<T>.Of(value);

    // Made once: a tag is an object.
    private static class Words<T>
        where T : struct, Enum
    {
        private static readonly FrozenDictionary<T, string> All =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => Phrase.Words(v.ToString(), '_'));

        public static string Of(T value) => All[value];
    }
}
