using System.Runtime.CompilerServices;

namespace AutoScaling.Deciding;

/// <summary>
/// A state as a host keeps it between two evaluations: its numbers, and its histories packed. It is written over in place: what an
/// evaluation leaves behind would otherwise have to be collected among all that is old, and a host of a million targets would need twice
/// the memory for it.
/// </summary>
internal struct KeptState
{
    // Room grows in steps, because what is given up leaves a hole among what is old; and it is given back when most of much is unused.
    private const int Step = 32;
    private const int MuchRoom = 128;

    private long _since;
    private long _lastUp;
    private long _lastDown;

    // Of the extras: where a floor holds a target, as it does an idle one, it is another time at every evaluation.
    private long _lastHeld;

    // The newest recommendation. If nothing is packed, it is the only one, and there are no changes.
    private long _at;
    private int _value;

    private int _written;
    private int _failures;
    private int _packed;
    private byte[]? _past;
    private StateExtras? _extras;

    /// <summary>How many bytes there are for histories.</summary>
    public readonly int Room => _past?.Length ?? 0;

    /// <summary>The state.</summary>
    public readonly ScalingState State
    {
        get
        {
            Timeline? highs, lows, changes = null;
            if (_packed == 0)
            {
                highs = lows = _at == 0 ? null : Timeline.Add(null, _at, _value);
            }
            else
            {
                ReadOnlySpan<byte> past = _past.AsSpan(0, _packed);
                highs = PackedTimeline.Read(ref past, _at);
                lows = PackedTimeline.Read(ref past, _at);
                changes = PackedTimeline.Read(ref past, _at);
            }

            return new(_since, _lastUp, _lastDown)
            {
                Highs = highs,
                Lows = lows,
                Changes = changes,
                LastWritten = _written < 0 ? null : _written,
                ConsecutiveFailures = _failures >> 1,
                IsSnapshot = (_failures & 1) != 0,
                Extras = _lastHeld == ScalingState.Never ? _extras : (_extras ?? StateExtras.None) with { LastHeld = _lastHeld },
            };
        }
    }

    /// <summary>Keeps a state in place of the one that was kept.</summary>
    public void Set(ScalingState state)
    {
        (_since, _lastUp, _lastDown) = (state.Since, state.LastUp, state.LastDown);
        (_written, _failures) = (state.LastWritten ?? -1, (state.ConsecutiveFailures << 1) | (state.IsSnapshot ? 1 : 0));
        _lastHeld = state.Extras?.LastHeld ?? ScalingState.Never;
        _extras = _lastHeld == ScalingState.Never
            ? state.Extras
            : (state.Extras! with { LastHeld = ScalingState.Never }).Kept(_extras);
        (_at, _value) = state.Highs is { } newest ? (newest.At, newest.Value) : (0, 0);
        if (!state.HasOneRecommendation) Pack(state);
        else _packed = 0;
    }

    [SkipLocalsInit]
    private void Pack(ScalingState state)
    {
        const int usual = 1024;
        var most = PackedTimeline.Most(state.Highs) + PackedTimeline.Most(state.Lows) + PackedTimeline.Most(state.Changes);
        Span<byte> bytes = stackalloc byte[usual];
        if (most > usual) bytes = new byte[most];
        var start = bytes.Length;
        PackedTimeline.Write(bytes, ref start, state.Changes, _at);
        PackedTimeline.Write(bytes, ref start, state.Lows, _at);
        PackedTimeline.Write(bytes, ref start, state.Highs, _at);
        bytes = bytes[start..];
        _packed = bytes.Length;
        if (Room < _packed || (Room > MuchRoom && Room > 3 * _packed)) _past = new byte[(_packed + Step - 1) / Step * Step];
        bytes.CopyTo(_past);
    }
}
