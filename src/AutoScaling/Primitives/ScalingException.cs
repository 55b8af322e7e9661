using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The four kinds of failure that are reported as exceptions.</summary>
[JsonConverter(typeof(WordConverter<ScalingErrorKind>))]
public enum ScalingErrorKind
{
    /// <summary>No policy exists for the named target.</summary>
    PolicyNotFound,

    /// <summary>The scaler did not carry out a scaling that was asked for.</summary>
    ScalingFailed,

    /// <summary>A setting breaks its rule.</summary>
    InvalidConfiguration,

    /// <summary>Metrics were asked for and could not be had.</summary>
    MetricsUnavailable,
}

/// <summary>
/// A misuse or failure that the caller must know of; expected trouble is data (<see cref="ScaleOutcome"/>, <see cref="MetricReading"/>).
/// </summary>
/// <remarks>
/// A sentence is one line, and all of it can be seen: where it quotes an invisible character, it has <c>\n</c> or <c>\u200B</c>.
/// </remarks>
public class ScalingException : Exception
{
    private const int MostErrors = 100;

    private const string AndMore = "And ";

    /// <summary>Creates the exception for one failure.</summary>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="message">One sentence that names the setting or target, the rule and the value.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public ScalingException(ScalingErrorKind kind, string message, Exception? innerException = null)
        : base(Invisible.Escape(message), innerException)
    {
        Kind = kind;
        Errors = [Invisible.Escape(message)];
    }

    /// <summary>Creates the exception for several broken settings at once.</summary>
    /// <param name="errors">One sentence for each, at least one; of more than 100 the first are kept, and the last sentence says how many
    /// more there are.</param>
    public ScalingException(IReadOnlyList<string> errors) : this([.. Most(errors).Select(Invisible.Escape)])
    {
    }

    private ScalingException(string[] errors) : base(string.Join(Environment.NewLine, errors))
    {
        Kind = ScalingErrorKind.InvalidConfiguration;
        Errors = errors;
    }

    /// <summary>What kind of failure.</summary>
    public ScalingErrorKind Kind { get; }

    /// <summary>Every failure as a sentence of its own; one, except for an invalid configuration.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>As many errors as anybody reads.</summary>
    internal static IReadOnlyList<string> Most(IReadOnlyList<string> errors) =>

        // A list that was cut already ends with one sentence more, which says so: it is not cut again.
        errors.Count <= MostErrors || (errors.Count == MostErrors + 1 && errors[^1].StartsWith(AndMore, StringComparison.Ordinal))
            ? errors
            : [.. errors.Take(MostErrors), $"{AndMore}{Phrase.Exact(errors.Count - MostErrors)} more."];

    internal static ScalingException Invalid(string message) => new(ScalingErrorKind.InvalidConfiguration, message);

    internal static ScalingException NotFound(string target) =>
        new(ScalingErrorKind.PolicyNotFound, $"There is no policy for '{target}'.");
}
