using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What is scaled: a service, a deployment, a group of processes. Its name is its identity.</summary>
/// <remarks>Names are compared ordinally. A scaler may give parts of the name a meaning (<c>team-a/deployments/web</c>). Immutable and
/// thread-safe.</remarks>
[JsonConverter(typeof(TargetConverter))]
public sealed record ScalingTarget
{
    /// <summary>Creates a target.</summary>
    /// <param name="name">The name: not empty, no white space, no comma (commas separate names in lists), and nothing that cannot be
    /// seen.</param>
    /// <exception cref="ScalingException">The name breaks that rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ScalingTarget(string name)
    {
        if (!IsWord(name))
            throw ScalingException.Invalid($"Service must be a name without spaces or commas, but is '{name}'.");
        Name = Invisible.Refuse(name, "Service");
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The target of a name; <see langword="null"/> if no target can be called so.</summary>
    internal static ScalingTarget? TryOf(string name) => IsWord(name) && !Invisible.IsIn(name) ? new(name) : null;

    private static bool IsWord(string name) => !string.IsNullOrEmpty(name) && !name.Any(c => c is <= ' ' or ',' || char.IsWhiteSpace(c));

    /// <summary>Creates a target from its name.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator ScalingTarget(string name) => new(name);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
