using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The replicas of a target at one instant, told apart by what they are doing.</summary>
public sealed record ReplicaStatus
{
    private readonly int? _existing;
    private readonly ValueList<Replica> _members;

    // Hardly any scaler has something to say here, and every evaluation reads a status: the two cost one field.
    private readonly Limits? _limits;

    /// <summary>How many there should be, as last written to the target. "No change" always means this count.</summary>
    public required int Desired { get; init; }

    /// <summary>How many serve.</summary>
    public int Ready { get; init; }

    /// <summary>How many were started and do not serve yet.</summary>
    public int Starting { get; init; }

    /// <summary>How many run without being ready, though their start is over.</summary>
    public int Unready { get; init; }

    /// <summary>How many are being stopped.</summary>
    public int Terminating { get; init; }

    /// <summary>How many exist, as the target itself reports.</summary>
    /// <value>By default the sum of ready, starting and unready replicas.</value>
    public int Existing
    {
        get => _existing ?? (int)Math.Clamp((long)Ready + Starting + Unready, 0, int.MaxValue);
        init => _existing = value;
    }

    /// <summary>The replicas one by one, where the scaler knows them; otherwise empty.</summary>
    public ImmutableArray<Replica> Members
    {
        get => _members;
        init => _members = value;
    }

    /// <summary>
    /// Why the scaler will not scale the target as things are, as the end of a sentence; <see langword="null"/> if it will. The loop then
    /// decides, says so, and does not ask it to.
    /// </summary>
    public string? Refusal { get => _limits?.Refusal; init => _limits = Limits.Of(value, Headroom); }

    /// <summary>
    /// For how many replicas the scaler has room, if it knows: a quota, a budget, the nodes of a cluster. Above it nothing is scaled up.
    /// </summary>
    /// <value><see langword="null"/> by default: it does not say.</value>
    public Headroom? Headroom { get => _limits?.Headroom; init => _limits = Limits.Of(Refusal, value); }

    /// <summary>Whether the other has the same counts and equal members.</summary>
    /// <param name="other">The other status.</param>
    public bool Equals(ReplicaStatus? other) => other is not null
        && (Desired, Ready, Starting, Unready, Terminating, Existing)
            == (other.Desired, other.Ready, other.Starting, other.Unready, other.Terminating, other.Existing)
        && _limits == other._limits
        && _members.Equals(other._members);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Desired, Ready, Starting, Unready, Terminating, Existing, _limits, _members);

    /// <summary>A target whose replicas are all ready.</summary>
    /// <param name="replicas">How many there are.</param>
    public static ReplicaStatus AllReady(int replicas) => new() { Desired = replicas, Ready = replicas };

    /// <summary>What keeps a target from being scaled as is wanted.</summary>
    private sealed record Limits(string? Refusal, Headroom? Headroom)
    {
        public static Limits? Of(string? refusal, Headroom? headroom) =>
            refusal is null && headroom is null ? null : new(refusal, headroom);
    }
}
