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
public class ScalingException : Exception
{
    /// <summary>Creates the exception for one failure.</summary>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="message">One sentence that names the setting or target, the rule and the value.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public ScalingException(ScalingErrorKind kind, string message, Exception? innerException = null) : base(message, innerException)
    {
        Kind = kind;
        Errors = [message];
    }

    /// <summary>Creates the exception for several broken settings at once.</summary>
    /// <param name="errors">One sentence for each, at least one.</param>
    public ScalingException(IReadOnlyList<string> errors) : base(string.Join(Environment.NewLine, errors))
    {
        Kind = ScalingErrorKind.InvalidConfiguration;
        Errors = errors;
    }

    /// <summary>What kind of failure.</summary>
    public ScalingErrorKind Kind { get; }

    /// <summary>Every failure as a sentence of its own; one, except for an invalid configuration.</summary>
    public IReadOnlyList<string> Errors { get; }

    internal static ScalingException Invalid(string message) => new(ScalingErrorKind.InvalidConfiguration, message);

    internal static ScalingException NotFound(string target) =>
        new(ScalingErrorKind.PolicyNotFound, $"There is no policy for '{target}'.");
}
