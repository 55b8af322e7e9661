using System.Collections.Immutable;
using AutoScaling.Deciding;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>One target while it is looked after: its policy, what is remembered of it, and its last evaluations.</summary>
internal sealed class ManagedTarget
{
    private readonly ImmutableArray<RuleType> _ruleTypes;

    // Both are used inside the lock of the turn.
    private RecentRecords _recent;
    private ScalingState? _state; // null: what follows from the last evaluation, which is kept anyway
    private bool _wasSwitchedAside;

    public ManagedTarget(ScalingPolicy policy, ScalingState state, RecentLimit recent, ImmutableArray<RuleType> ruleTypes)
    {
        Policy = policy;
        Begin(state);
        _recent = new(recent);
        _ruleTypes = ruleTypes;
    }

    /// <summary>Lets one evaluation or scaling by hand in at a time.</summary>
    public Turn Turn { get; } = new();

    public ScalingTarget Target => Policy.Target;

    public ScalingPolicy Policy { get; set => Volatile.Write(ref field, value); }

    public ScalingState State
    {
        get
        {
            lock (Turn) return _state ?? _recent.LastNext;
        }

        set
        {
            lock (Turn) _state = value;
        }
    }

    /// <summary>The state with the scaling that is under way; <see langword="null"/> if none is, or if nothing is saved.</summary>
    public ScalingState? Intended { get; set => Volatile.Write(ref field, value); }

    /// <summary>What is to be saved: should the process end now, the scaling that is under way may have taken place.</summary>
    public ScalingState StateToSave => (Intended ?? State).WithEnabled(Enabled == Policy.Enabled ? null : Enabled);

    public bool Enabled { get; set => Volatile.Write(ref field, value); }

    /// <summary>Where the policy came from; <see langword="null"/> if it was set at run time.</summary>
    public IPolicySource? Source { get; set; }

    /// <summary>
    /// When the next evaluation is due, on the schedule's clock; 0 if it is not in the schedule, or under way. Written inside the
    /// schedule's lock.
    /// </summary>
    public long Due { get; set; }

    /// <summary>When the evaluation that the schedule began last was due. Written inside the schedule's lock.</summary>
    public long Taken { get; set; }

    public bool Removed { get; set => Volatile.Write(ref field, value); }

    /// <summary>When it was removed last, on the schedule's clock.</summary>
    public long RemovedAt { get; set; }

    /// <summary>Calls that were given up at the deadline. Used inside <see cref="Turn"/>.</summary>
    public TargetCalls Calls { get; } = new();

    /// <summary>The shadows as the last evaluation left them. Set inside <see cref="Turn"/>.</summary>
    public ShadowRun[] Shadows { get; set => Volatile.Write(ref field, value); } = [];

    public ReplicaStatus? LastReplicas { get; private set => Volatile.Write(ref field, value); }

    /// <summary>The last evaluation in which something was decided; <see langword="null"/> if there is none.</summary>
    public ScalingRecord? LastDecided
    {
        get
        {
            lock (Turn) return _recent.LastDecided;
        }
    }

    /// <summary>The replicas that the last decision wants; <see langword="null"/> if nothing was decided.</summary>
    public int? LastWanted
    {
        get
        {
            lock (Turn) return _recent.LastNumbers?.To;
        }
    }

    /// <summary>The range of the last decision, unless another policy holds since.</summary>
    public ReplicaRange Range
    {
        get
        {
            lock (Turn) return _recent.LastNumbers is { } last && _recent.LastDecidedBy(Policy) ? last.Range : Policy.Range;
        }
    }

    /// <summary>What the rules said in the last evaluation; nothing if nothing was decided then.</summary>
    public ImmutableArray<Recommendation> LastSaid
    {
        get
        {
            lock (Turn) return _recent.LastSaid;
        }
    }

    /// <summary>What the log was told to be wrong with the target.</summary>
    public Troubles Troubles { get; } = new();

    /// <summary>The shadows of the policy, each as far as it has come.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="remembered">What is remembered of the target, with which new shadows begin.</param>
    public ShadowRun[] ShadowsOf(ScalingPolicy policy, ScalingState remembered) =>
        [.. policy.Shadows.Select(
            shadow => ShadowRun.Next(shadow, policy, remembered, Shadows.FirstOrDefault(run => run.Is(shadow.Name)), _ruleTypes))];

    /// <summary>
    /// Takes in what became of a scaling whose call was given up and has come back since. Used inside <see cref="Turn"/>.
    /// </summary>
    public void Settle()
    {
        if (Calls.TakeLate() is not var (decision, outcome)) return;
        State = State.After(decision, outcome);
        TellShadows(decision, outcome);
    }

    /// <summary>Goes on from another state, with nothing left of its own. Used inside <see cref="Turn"/>.</summary>
    public void Forget(ScalingState state)
    {
        Calls.TakeLate();
        Shadows = [];
        Begin(state);
    }

    /// <summary>
    /// Begins with what was saved, a switch at run time included; what this copy was told before it led goes before that.
    /// </summary>
    public void Begin(ScalingState saved)
    {
        State = saved.WithEnabled(null);
        if (!_wasSwitchedAside) Enabled = saved.Extras?.Enabled ?? Policy.Enabled;
        _wasSwitchedAside = false;
    }

    /// <summary>Enables or disables the target at run time.</summary>
    /// <param name="enabled">Whether it is evaluated from now on.</param>
    /// <param name="isLoaded">Whether what was saved is loaded, so that the switch is in the next state that is saved.</param>
    public void Switch(bool enabled, bool isLoaded) => (Enabled, _wasSwitchedAside) = (enabled, !isLoaded);

    /// <summary>Lets the shadows know what happened to the target without their being asked.</summary>
    public void TellShadows(ScalingDecision decision, ScaleOutcome outcome)
    {
        if (Shadows.Length > 0) Shadows = [.. Shadows.Select(run => run.Happened(decision, outcome))];
    }

    /// <summary>Keeps a record.</summary>
    /// <returns>Its number.</returns>
    public long Record(ScalingRecord record)
    {
        if (record.Observation is { } seen) LastReplicas = seen.Replicas;
        lock (Turn)
        {
            _recent.Add(record);
            if (ReferenceEquals(record.Next, _state)) _state = null;
            return _recent.Count;
        }
    }

    /// <summary>The last evaluations, newest first.</summary>
    public ImmutableArray<ScalingRecord> Recent()
    {
        lock (Turn) return _recent.ToImmutable();
    }

    /// <summary>The last evaluations, newest first, and the number of the newest.</summary>
    public (ImmutableArray<ScalingRecord> Recent, long Newest) Numbered()
    {
        lock (Turn) return (_recent.ToImmutable(), _recent.Count);
    }

    /// <summary>What a person or the policy says that goes before the rules; <see langword="null"/> if nothing does.</summary>
    public ScalingOverride? OverrideAt(DateTimeOffset now) => State.OverrideAt(Policy, now);

    public TargetStatus Status(DateTimeOffset now, DateTimeOffset? next, TimeSpan interval)
    {
        lock (Turn)
        {
            var remembered = State;
            var (last, decided) = (_recent.Last, _recent.LastDecided);
            var behavior = Policy.Behavior;
            return new()
            {
                Policy = Policy,
                Enabled = Enabled,
                Interval = interval,
                Replicas = LastReplicas,
                LastDecision = decided?.Decision,
                LastOutcome = decided?.Outcome,
                LastError = last?.Error,
                LastErrorKind = last?.ErrorKind,
                Warning = Explanation.SetBack(Target, remembered.Extras?.SetBacks, now),
                LastEvaluatedAt = last?.At,
                NextEvaluationAt = Enabled ? next : null,
                ScaleUpCooldownLeft = Left(remembered.LastUp, behavior.ScaleUp.Cooldown, now),
                ScaleDownCooldownLeft = Left(remembered.LastChange, behavior.ScaleDown.Cooldown, now),
                State = remembered,
                Override = OverrideAt(now),
                Shadows = Policy.Shadows.IsEmpty ? [] : [.. ShadowsOf(Policy, remembered).Select(run => run.Status)],
            };
        }
    }

    private static TimeSpan Left(long last, TimeSpan cooldown, DateTimeOffset now)
    {
        var left = last + cooldown.Ticks - now.UtcTicks;
        return left > 0 ? TimeSpan.FromTicks(left) : TimeSpan.Zero;
    }
}
