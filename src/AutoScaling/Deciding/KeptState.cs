namespace AutoScaling.Deciding;

/// <summary>
/// A state as a host keeps it between two evaluations. While nothing but the time of the last recommendation changes, as nearly always, it
/// is written over in place: what an evaluation leaves behind would otherwise have to be collected among all that is old, and a host of a
/// million targets would need twice the memory for it.
/// </summary>
internal struct KeptState
{
    private ScalingState _rest;

    // The only recommendation that is remembered; 0 if the rest has all.
    private long _at;
    private int _value;

    /// <summary>Whether another object than the state is kept for it.</summary>
    private readonly bool IsSplit => _at != 0;

    /// <summary>The state.</summary>
    public readonly ScalingState State
    {
        get
        {
            if (!IsSplit) return _rest;
            var only = Timeline.Add(null, _at, _value);
            return _rest with { Highs = only, Lows = only };
        }
    }

    /// <summary>Keeps a state in place of the one that was kept.</summary>
    public void Set(ScalingState state)
    {
        if (state.OnlyRecommendation is not { At: not 0 } only) (_rest, _at, _value) = (state, 0, 0);
        else if (IsSplit && state.HasSameRest(_rest)) (_at, _value) = (only.At, only.Value);
        else (_rest, _at, _value) = (state with { Highs = null, Lows = null }, only.At, only.Value);
    }

    /// <summary>Keeps a state beside this one, with which it shares what it can.</summary>
    public readonly KeptState Beside(ScalingState state) => IsSplit && state.OnlyRecommendation is { } only && state.HasSameRest(_rest)
        ? this with { _at = only.At, _value = only.Value }
        : new() { _rest = state };
}
