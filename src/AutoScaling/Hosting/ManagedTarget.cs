using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>One target while it is looked after: its policy, what is remembered of it, and its last evaluations.</summary>
internal sealed class ManagedTarget(ScalingPolicy policy, ScalingState state, int recentRecords, ImmutableArray<RuleType> ruleTypes)
{
    private readonly Lock _lock = new();
    private readonly ScalingRecord?[] _recent = new ScalingRecord?[recentRecords];
    private int _recorded;

    /// <summary>Lets one evaluation or scaling by hand in at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public ScalingTarget Target => Policy.Target;

    public ScalingPolicy Policy { get; set => Volatile.Write(ref field, value); } = policy;

    public ScalingState State { get; set => Volatile.Write(ref field, value); } = state;

    public bool Enabled { get; set => Volatile.Write(ref field, value); } = policy.Enabled;

    /// <summary>Where the policy came from; <see langword="null"/> if it was set at run time.</summary>
    public IPolicySource? Source { get; set; }

    /// <summary>When the next evaluation is due, on the schedule's clock; 0 if it is not in the schedule, or under way. Written inside the schedule's lock.</summary>
    public long Due { get; set; }

    public bool Removed { get; set => Volatile.Write(ref field, value); }

    /// <summary>When it was removed last, on the schedule's clock.</summary>
    public long RemovedAt { get; set; }

    /// <summary>A reading of the replicas that was given up at the deadline. Used inside <see cref="Turn"/>.</summary>
    public Task? LostRead { get; set; }

    /// <summary>Readings of metric sources that were given up at the deadline, by the source's name.</summary>
    public ConcurrentDictionary<string, Task> LostSources { get; } = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    /// <summary>A scaling of which it is not known whether it took place, with the call if that has not come back. Used inside <see cref="Turn"/>.</summary>
    public (ScalingDecision Decision, Task<ScaleOutcome>? Call)? Doubtful { get; set; }

    /// <summary>The shadows as the last evaluation left them. Set inside <see cref="Turn"/>.</summary>
    public ShadowRun[] Shadows { get; set => Volatile.Write(ref field, value); } = [];

    public ScalingRecord? Last { get; private set; }

    public ReplicaStatus? LastReplicas { get; private set; }

    public ScalingRecord? LastDecided { get; private set; }

    /// <summary>What the log was told to be wrong with the target.</summary>
    public Troubles Troubles { get; } = new();

    /// <summary>The shadows of a policy, each as far as it has come.</summary>
    public IEnumerable<ShadowRun> ShadowsOf(ScalingPolicy policy, ScalingState remembered) =>
        policy.Shadows.Select(shadow => ShadowRun.Next(shadow, policy, remembered, Shadows.FirstOrDefault(run => run.Is(shadow.Name)), ruleTypes));

    /// <summary>Takes in what happened to the target without a decision of its policy.</summary>
    public void Happened(ScalingDecision decision, ScaleOutcome outcome)
    {
        State = State.After(decision, outcome);
        TellShadows(decision, outcome);
    }

    /// <summary>Goes on from another state, with nothing left of its own. Used inside <see cref="Turn"/>.</summary>
    public void Forget(ScalingState state)
    {
        State = state;
        Doubtful = null;
        Shadows = [];
    }

    /// <summary>Lets the shadows know what happened to the target without their being asked.</summary>
    public void TellShadows(ScalingDecision decision, ScaleOutcome outcome)
    {
        if (Shadows.Length > 0) Shadows = [.. Shadows.Select(run => run.Happened(decision, outcome))];
    }

    public void Record(ScalingRecord record)
    {
        lock (_lock)
        {
            _recent[_recorded++ % _recent.Length] = record;
            Last = record;
            LastReplicas = record.Observation?.Replicas ?? LastReplicas;
            if (record.Decision is not null) LastDecided = record;
        }
    }

    /// <summary>The last evaluations, newest first.</summary>
    public ImmutableArray<ScalingRecord> Recent()
    {
        lock (_lock)
        {
            var count = Math.Min(_recorded, _recent.Length);
            var recent = ImmutableArray.CreateBuilder<ScalingRecord>(count);
            for (var i = 1; i <= count; i++) recent.Add(_recent[(_recorded - i) % _recent.Length]!);
            return recent.ToImmutable();
        }
    }

    public TargetStatus Status(DateTimeOffset now, DateTimeOffset? next)
    {
        lock (_lock)
        {
            var remembered = State;
            var behavior = Policy.Behavior;
            return new()
            {
                Policy = Policy,
                Enabled = Enabled,
                Replicas = LastReplicas,
                LastDecision = LastDecided?.Decision,
                LastOutcome = LastDecided?.Outcome,
                LastError = Last?.Error,
                LastEvaluatedAt = Last?.At,
                NextEvaluationAt = Enabled ? next : null,
                ScaleUpCooldownLeft = Left(remembered.LastUp, behavior.ScaleUp.Cooldown, now),
                ScaleDownCooldownLeft = Left(remembered.LastChange, behavior.ScaleDown.Cooldown, now),
                State = remembered,
                Shadows = Policy.Shadows.IsEmpty ? [] : [.. ShadowsOf(Policy, remembered).Select(run => run.Status)],
            };
        }
    }

    private static TimeSpan Left(long last, TimeSpan cooldown, DateTimeOffset now)
    {
        var left = last == 0 ? 0 : last + cooldown.Ticks - now.UtcTicks;
        return left > 0 ? TimeSpan.FromTicks(left) : TimeSpan.Zero;
    }
}
