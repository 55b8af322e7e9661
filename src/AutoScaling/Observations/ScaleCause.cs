using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Who or what asked for a change of a target's replicas.</summary>
[JsonConverter(typeof(WordConverter<ScaleCause>))]
public enum ScaleCause
{
    /// <summary>The rules, by what they read.</summary>
    Metrics,

    /// <summary>The policy's range, or a schedule that narrows it.</summary>
    Bounds,

    /// <summary>A person, by hand.</summary>
    Person,

    /// <summary>Somebody else: the target was found with another count than was written.</summary>
    SomeoneElse,
}
