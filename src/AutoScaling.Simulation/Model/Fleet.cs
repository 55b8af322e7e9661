using System.Collections.Immutable;

namespace AutoScaling.Simulation.Model;

/// <summary>
/// The replicas of the modelled service: asked for, starting, ready, draining. Times are ticks since the start of the trace.
/// </summary>
internal sealed class Fleet
{
    /// <summary>Far more than any service has; beyond it, a capacity is in another unit than the load.</summary>
    public const int Most = 1_000_000;

    private readonly ServiceModel _model;
    private readonly ulong _seed;
    private readonly List<ModelReplica> _ready = [];
    private readonly List<ModelReplica> _starting = [];
    private readonly List<(ModelReplica Replica, long Until)> _draining = [];
    private long _asked;
    private ReplicaStatus? _status;

    /// <summary>A fleet whose replicas have been ready for long.</summary>
    public Fleet(ServiceModel model, ulong seed, int replicas)
    {
        _model = model;
        _seed = seed;
        for (var i = 0; i < replicas; i++) _ready.Add(new(Name(), -TimeSpan.TicksPerDay, -TimeSpan.TicksPerDay));
    }

    /// <summary>The ready replicas, in the order in which they became ready.</summary>
    public IReadOnlyList<ModelReplica> ReadyReplicas => _ready;

    /// <summary>The replicas that were asked for and are not ready yet.</summary>
    public IReadOnlyList<ModelReplica> StartingReplicas => _starting;

    public int Ready => _ready.Count;

    public int Desired => _ready.Count + _starting.Count;

    /// <summary>All replicas that cost: starting, ready and draining.</summary>
    public int Existing => Desired + _draining.Count;

    /// <summary>Makes ready what has started, and ends what has drained.</summary>
    public void Advance(long now)
    {
        if (_starting.Count > 0)
        {
            // Several may become ready at once: in the order in which they did.
            var before = _ready.Count;
            foreach (var replica in _starting)
            {
                if (replica.ReadyAt <= now) _ready.Add(replica);
            }

            if (_ready.Count > before)
            {
                _starting.RemoveAll(r => r.ReadyAt <= now);
                _ready.Sort(before, _ready.Count - before, ModelReplica.ByReadiness);
                _status = null;
            }
        }

        if (_draining.Count > 0 && _draining.RemoveAll(d => d.Until <= now) > 0) _status = null;
    }

    /// <summary>
    /// Asks for replicas, or lets some go: the last that were asked for and are not ready, then the last that became ready.
    /// </summary>
    public void Scale(int replicas, long now, TimeSpan? delay = null)
    {
        _status = null;
        while (Desired < replicas)
        {
            var number = _asked;
            _starting.Add(new(Name(), now, After(now, delay ?? _model.StartDelay.Of(_seed, number))));
        }

        while (Desired > replicas)
        {
            if (_starting.Count > 0)
            {
                _starting.RemoveAt(_starting.Count - 1);
                continue;
            }

            var last = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            if (_model.Drain > TimeSpan.Zero) _draining.Add((last, After(now, _model.Drain)));
        }

        Advance(now);
    }

    /// <summary>The load that the ready replicas can serve.</summary>
    public double Capacity(long now)
    {
        var full = _model.CapacityPerReplica;
        if (_model.WarmUp == TimeSpan.Zero) return full * _ready.Count;
        var capacity = 0.0;
        var i = _ready.Count - 1;
        for (; i >= 0; i--)
        {
            var age = now - _ready[i].ReadyAt;
            if (age >= _model.WarmUp.Ticks) break; // So have all before it, which became ready earlier.
            capacity += full * (_model.InitialCapacity + ((1 - _model.InitialCapacity) * age / _model.WarmUp.Ticks));
        }

        return capacity + (full * (i + 1));
    }

    /// <summary>The replicas as a scaler would report them.</summary>
    public ReplicaStatus Status(DateTimeOffset start)
    {
        if (_status is not null) return _status;
        var members = ImmutableArray.CreateBuilder<Replica>(Existing);
        foreach (var r in _ready)
        {
            members.Add(new()
            {
                Name = r.Name,
                Phase = ReplicaPhase.Running,
                Readiness = ReplicaReadiness.Ready,
                StartedAt = start.AddTicks(r.AskedAt),
                ReadinessChangedAt = start.AddTicks(r.ReadyAt),
            });
        }

        foreach (var r in _starting)
        {
            members.Add(new()
            {
                Name = r.Name,
                Phase = ReplicaPhase.Pending,
                Readiness = ReplicaReadiness.NotReady,
                StartedAt = start.AddTicks(r.AskedAt),
            });
        }

        foreach (var (r, _) in _draining) members.Add(new() { Name = r.Name, Phase = ReplicaPhase.Running, IsTerminating = true });
        return _status = new()
        {
            Desired = Desired,
            Ready = Ready,
            Starting = _starting.Count,
            Terminating = _draining.Count,
            Members = members.MoveToImmutable(),
        };
    }

    // A delay so long that its end is no time any more (TimeSpan.MaxValue is allowed) never ends.
    private static long After(long now, TimeSpan delay) => delay.Ticks < long.MaxValue - now ? now + delay.Ticks : long.MaxValue;

    private string Name() => FormattableString.Invariant($"replica-{_asked++}");
}

/// <summary>One replica of the modelled service.</summary>
internal readonly record struct ModelReplica(string Name, long AskedAt, long ReadyAt)
{
    public static readonly Comparer<ModelReplica> ByReadiness = Comparer<ModelReplica>.Create((a, b) => a.ReadyAt.CompareTo(b.ReadyAt));
}
