using System.Collections.Immutable;

namespace AutoScaling.Hosting;

/// <summary>The last evaluations of a target.</summary>
/// <param name="limit">How many are kept.</param>
internal sealed class RecentRecords(RecentLimit limit)
{
    private ScalingRecord?[] _records = [];
    private int _next;

    public void Add(ScalingRecord record)
    {
        var most = limit.Most;
        if (_records.Length > most) Shrink(most);

        // In a large host it matters what each target takes.
        if (_next == _records.Length && _next < most) Array.Resize(ref _records, Math.Min(most, Math.Max(4, _next * 3)));
        if (_next == _records.Length) _next = 0;
        _records[_next++] = record;
    }

    /// <summary>There are more targets now: the newest stay.</summary>
    private void Shrink(int most)
    {
        var newest = ToImmutable();
        _records = new ScalingRecord?[most];
        _next = Math.Min(most, newest.Length);
        for (var i = 0; i < _next; i++) _records[_next - 1 - i] = newest[i];
    }

    /// <summary>The records, newest first.</summary>
    public ImmutableArray<ScalingRecord> ToImmutable()
    {
        var records = ImmutableArray.CreateBuilder<ScalingRecord>(_records.Length);
        for (var i = _next - 1; i >= 0; i--) records.Add(_records[i]!);
        for (var i = _records.Length - 1; i >= _next && _records[i] is { } older; i--) records.Add(older);
        return records.ToImmutable();
    }
}
