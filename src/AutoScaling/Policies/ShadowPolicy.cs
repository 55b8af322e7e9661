using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// A candidate that decides beside the policy of its target, on the same observations, and touches nothing. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A shadow answers one question at every evaluation: what would this policy decide now, for the target as it really is? It sees the real
/// replicas, and the target's real changes are its cooldowns and rate limits, whoever made them; its windows hold its own recommendations.
/// So it begins with what is remembered of the target, as it would if it replaced the policy, and what it would have changed is never taken
/// as done: a candidate that wants more says so at every evaluation, until the target has more. The share of evaluations in which it
/// differs is therefore a share of time, not a number of scalings. How load, replicas and decisions would have gone on from there is what a
/// backtest says.
/// </para>
/// <para>
/// Sources that the policy asks are asked once for all. Shadows decide from the policy's record, after it was carried out; sources that
/// only they ask are read then, under a deadline of their own. So the target is decided on and scaled without waiting for them, its record
/// waits. Their failures, and rules that throw, are in the shadow's own error.
/// </para>
/// <para>What a shadow remembers is kept in memory only; after a restart it begins again with what is remembered of the target, and is
/// counted anew.</para>
/// </remarks>
[JsonConverter(typeof(PolicyJsonConverter))]
public sealed record ShadowPolicy
{
    /// <summary>What records, status and metrics call the shadow.</summary>
    /// <value>Not empty, all of it can be seen; different from the names of the policy's other shadows.</value>
    public required string Name
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value)
            ? throw ScalingException.Invalid($"Name of a shadow must not be empty, but is '{value}'.")
            : Invisible.Refuse(value, "Name of a shadow");
    }

    /// <summary>How the shadow decides, for the same target.</summary>
    /// <value>Its interval, scaler and switch mean nothing here; shadows of its own are left out.</value>
    public required ScalingPolicy Policy
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.Shadows.IsEmpty ? value : value with { Shadows = [] };
        }
    }
}
