using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AutoScaling.Deciding;

namespace AutoScaling.Hosting;

/// <summary>The last evaluations of a target. Used inside its lock.</summary>
/// <param name="limit">How many are kept.</param>
internal struct RecentRecords(RecentLimit limit)
{
    private readonly RecentLimit _limit = limit;
    private KeptRecord[] _records = [];
    private int _next;

    // The last one in which something was decided, if that is not the newest.
    private StrongBox<KeptRecord>? _decided;

    /// <summary>How many there have been.</summary>
    public long Count { get; private set; }

    /// <summary>The newest; <see langword="null"/> if there is none.</summary>
    public readonly ScalingRecord? Last => _next == 0 ? null : _records[_next - 1].ToRecord();

    /// <summary>What was remembered after the newest; look at it only if there is one.</summary>
    public readonly ScalingState LastNext => _records[_next - 1].Next;

    /// <summary>The newest in which something was decided; <see langword="null"/> if there is none.</summary>
    public readonly ScalingRecord? LastDecided => IsLastDecided ? Last : _decided?.Value.ToRecord();

    /// <summary>Its counts.</summary>
    public readonly DecisionNumbers? LastNumbers => IsLastDecided ? _records[_next - 1].Decision : _decided?.Value.Decision;

    /// <summary>What the rules said in the newest; nothing if nothing was decided then.</summary>
    public readonly ImmutableArray<Recommendation> LastSaid => IsLastDecided ? _records[_next - 1].Recommendations : [];

    private readonly bool IsLastDecided => _next > 0 && _records[_next - 1].IsDecided;

    /// <summary>Whether a policy made the last decision.</summary>
    public readonly bool LastDecidedBy(ScalingPolicy policy) =>
        ReferenceEquals(IsLastDecided ? _records[_next - 1].Policy : _decided?.Value.Policy, policy);

    public void Add(ScalingRecord record)
    {
        if (record.Decision is not null) _decided = null;
        else if (IsLastDecided) (_decided = new()).Value.Set(Last!);
        var most = _limit.Most;
        if (_records.Length > most) Shrink(most);

        // In a large host it matters what each target takes.
        if (_next == _records.Length && _next < most) Array.Resize(ref _records, Math.Min(most, Math.Max(4, _next * 3)));
        if (_next == _records.Length) _next = 0;
        _records[_next++].Set(record);
        Count++;
    }

    /// <summary>There are more targets now: the newest stay.</summary>
    private void Shrink(int most)
    {
        var newest = ToImmutable();
        _records = new KeptRecord[most];
        _next = Math.Min(most, newest.Length);
        for (var i = 0; i < _next; i++) _records[_next - 1 - i].Set(newest[i]);
    }

    /// <summary>The records, newest first.</summary>
    public readonly ImmutableArray<ScalingRecord> ToImmutable()
    {
        var records = ImmutableArray.CreateBuilder<ScalingRecord>(_records.Length);
        for (var i = _next - 1; i >= 0; i--) records.Add(_records[i].ToRecord());
        for (var i = _records.Length - 1; i >= _next && !_records[i].IsEmpty; i--) records.Add(_records[i].ToRecord());
        return records.DrainToImmutable();
    }
}
