using System.Collections.Immutable;
using AutoScaling.Deciding;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>One target while it is looked after: its policy, what is remembered of it, and its last evaluations.</summary>
internal sealed class ManagedTarget
{
    private readonly RecentRecords _recent;
    private bool _wasSwitchedAside;
    private readonly ImmutableArray<RuleType> _ruleTypes;

    public ManagedTarget(ScalingPolicy policy, ScalingState state, RecentLimit recent, ImmutableArray<RuleType> ruleTypes)
    {
        Policy = policy;
        State = state;
        Begin(state);
        _recent = new(recent);
        Turn = new(_recent);
        _ruleTypes = ruleTypes;
    }

    /// <summary>Lets one evaluation or scaling by hand in at a time.</summary>
    public Turn Turn { get; }

    public ScalingTarget Target => Policy.Target;

    public ScalingPolicy Policy { get; set => Volatile.Write(ref field, value); }

    public ScalingState State { get; set => Volatile.Write(ref field, value); }

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

    public ScalingRecord? Last { get; private set; }

    public ReplicaStatus? LastReplicas { get; private set; }

    public ScalingRecord? LastDecided { get; private set; }

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

    public void Record(ScalingRecord record)
    {
        lock (_recent)
        {
            _recent.Add(record);
            Last = record;
            LastReplicas = record.Observation?.Replicas ?? LastReplicas;
            if (record.Decision is not null) LastDecided = record;
        }
    }

    /// <summary>The last evaluations, newest first.</summary>
    public ImmutableArray<ScalingRecord> Recent()
    {
        lock (_recent) return _recent.ToImmutable();
    }

    /// <summary>What a person or the policy says that goes before the rules; <see langword="null"/> if nothing does.</summary>
    public ScalingOverride? OverrideAt(DateTimeOffset now) => State.OverrideAt(Policy, now);

    public TargetStatus Status(DateTimeOffset now, DateTimeOffset? next, TimeSpan interval)
    {
        lock (_recent)
        {
            var remembered = State;
            var behavior = Policy.Behavior;
            return new()
            {
                Policy = Policy,
                Enabled = Enabled,
                Interval = interval,
                Replicas = LastReplicas,
                LastDecision = LastDecided?.Decision,
                LastOutcome = LastDecided?.Outcome,
                LastError = Last?.Error,
                LastErrorKind = Last?.ErrorKind,
                Warning = Explanation.SetBack(Target, remembered.Extras?.SetBacks, now),
                LastEvaluatedAt = Last?.At,
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
