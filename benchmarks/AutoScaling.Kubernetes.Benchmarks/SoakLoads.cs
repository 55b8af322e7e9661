using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The load of each target, by chance and from the beginning on.</summary>
internal sealed class SoakLoads(Cluster cluster, int count)
{
    private readonly Random _random = new(20260101);
    private readonly List<(DateTimeOffset At, int Milli)>[] _history = [.. Enumerable.Range(0, count).Select(_ => new List<(DateTimeOffset, int)> { (DateTimeOffset.MinValue, SoakSettings.Loads[0]) })];

    public int Changes { get; private set; }

    /// <summary>The replicas that are right for each target now.</summary>
    public int Wanted(int target) => SoakSettings.ReplicasFor(_history[target][^1].Milli);

    /// <summary>Changes the loads of a share of the targets.</summary>
    public async Task ChangeAsync(double share, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Math.Max(1, count * share); i++)
        {
            var target = _random.Next(count);
            var now = DateTimeOffset.UtcNow;

            // A load that is gone before the next evaluation was never seen, and nothing can be said of it.
            if (_history[target][^1].At > now - SoakSettings.LeastStay) continue;
            Changes++;
            _history[target].Add((now, SoakSettings.Loads[_random.Next(SoakSettings.Loads.Length)]));
            await SetAsync(target, cancellationToken);
        }
    }

    /// <summary>Tells all loads to a metrics server that has just been started.</summary>
    public async Task RepeatAsync(CancellationToken cancellationToken)
    {
        await cluster.SetLoadAsync($$"""{"all":{{SoakSettings.Loads[0]}}}""", cancellationToken);
        for (var target = 0; target < count; target++)
        {
            if (_history[target].Count > 1) await SetAsync(target, cancellationToken);
        }
    }

    /// <summary>The replicas that were right for a target at any time between two instants.</summary>
    public List<int> Wanted(string name, DateTimeOffset from, DateTimeOffset to)
    {
        var history = _history[int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), CultureInfo.InvariantCulture)];
        var first = Math.Max(0, history.FindLastIndex(h => h.At <= from));
        return [.. history.Skip(first).TakeWhile(h => h.At <= to).Select(h => SoakSettings.ReplicasFor(h.Milli))];
    }

    private Task SetAsync(int target, CancellationToken cancellationToken) =>
        cluster.SetLoadAsync($$"""{"app":"app-{{target}}","cpuMilli":{{_history[target][^1].Milli}}}""", cancellationToken);
}
