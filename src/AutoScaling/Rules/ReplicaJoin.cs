namespace AutoScaling.Rules;

/// <summary>
/// Finds the readings of replicas by name. Sources list both in one order nearly always: then this only compares neighbours, and builds no
/// index.
/// </summary>
internal ref struct ReplicaJoin(ReadOnlySpan<ReplicaReading> readings)
{
    private static readonly ReplicaReading None;
    private readonly ReadOnlySpan<ReplicaReading> _readings = readings;
    private Dictionary<string, int>? _index;
    private int _next;

    public ref readonly ReplicaReading Find(string name)
    {
        if (_next < _readings.Length && string.Equals(_readings[_next].Name, name, StringComparison.Ordinal)) return ref _readings[_next++];

        if (_index is null)
        {
            _index = new(_readings.Length, StringComparer.Ordinal);
            for (var i = 0; i < _readings.Length; i++) _index.TryAdd(_readings[i].Name, i);
        }

        if (!_index.TryGetValue(name, out var found)) return ref None;
        _next = found + 1;
        return ref _readings[found];
    }
}
