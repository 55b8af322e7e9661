using System.Collections.Immutable;

namespace AutoScaling.Hosting;

/// <summary>The last evaluations of a target.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class RecentRecords(int most)
{
    private ScalingRecord?[] _records = [];
    private int _next;

    public void Add(ScalingRecord record)
    {
        // In a large host it matters what each target takes.
        if (_next == _records.Length && _next < most) Array.Resize(ref _records, Math.Min(most, Math.Max(4, _next * 3)));
        if (_next == _records.Length) _next = 0;
        _records[_next++] = record;
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
