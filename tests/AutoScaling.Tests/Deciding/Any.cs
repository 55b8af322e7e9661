using System.Collections.Immutable;
using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>
/// Random policies, observations and clocks. Everything is valid by its own rules; what a source or scaler may answer is not sensible at all.
/// </summary>
internal static class Any
{
    /// <summary>How many random runs a property is tried on; the environment variable CsCheck_Time tries for longer.</summary>
    public const long Runs = 500;

    /// <summary>The names that random rules read and random observations hold, now and then.</summary>
    public static readonly ImmutableArray<string> MetricNames = ["cpu", "memory", "queue", "rate@other"];

    public static readonly Gen<MetricRef> Metric = Gen.OneOf([.. MetricNames]).Select(MetricRef.Parse);

    public static readonly Gen<TimeSpan> Window = Gen.OneOf(Gen.Const(0), Gen.Int[1, 900], Gen.Int[3600, 86400]).Select(s => TimeSpan.FromSeconds(s));

    public static readonly Gen<RateLimit> RateLimit = Gen.Select(Gen.Bool, Gen.Int[1, 20], Gen.Int[1, 3600]).Select((percent, value, seconds) =>
        percent ? AutoScaling.RateLimit.Percent(value * 10, TimeSpan.FromSeconds(seconds)) : AutoScaling.RateLimit.Replicas(value, TimeSpan.FromSeconds(seconds)));

    public static readonly Gen<DirectionBehavior> Direction =
        Gen.Select(Window, Window, RateLimit.Array[0, 3], Gen.Frequency((4, Gen.Const(RateLimitSelect.Max)), (4, Gen.Const(RateLimitSelect.Min)), (1, Gen.Const(RateLimitSelect.Disabled))), Gen.OneOf(0.0, 0.1, 0.5, 2))
            .Select((window, cooldown, limits, select, tolerance) => new DirectionBehavior
            {
                StabilizationWindow = window,
                Cooldown = cooldown,
                RateLimits = [.. limits],
                Select = select,
                Tolerance = tolerance,
            });

    public static readonly Gen<ScalingBehavior> Behavior = Gen.Select(Gen.OneOf(
        Gen.OneOf(ScalingBehavior.Default, ScalingBehavior.Kubernetes, ScalingBehavior.Immediate),
        Gen.Select(Direction, Direction, Gen.Bool, Gen.Bool).Select((up, down, flapGuard, zeroIsOff) => new ScalingBehavior { ScaleUp = up, ScaleDown = down, FlapGuard = flapGuard, ZeroIsOff = zeroIsOff })), Gen.Bool).Select((behavior, guards) => behavior with { SafetyGuards = guards });

    public static readonly Gen<ScalingRule> Threshold =
        Gen.Select(Gen.Double[1, 200], Gen.Double[1, 200].Nullable(), Gen.Bool).Select((cpu, memory, exact) =>
            (ScalingRule)new ThresholdRule { CpuTarget = cpu, MemoryTarget = memory, ExactArithmetic = exact });

    public static readonly Gen<ScalingRule> TargetTracking =
        Gen.Select(Metric, Gen.Enum<TargetKind>(), Gen.OneOf(Gen.Double[0.001, 500], Gen.Int[1, 100].Select(x => (double)x)), Gen.Bool.Nullable()).Select((metric, kind, target, skip) =>
            (ScalingRule)new TargetTrackingRule { Metric = metric, Kind = kind, Target = target, SkipUnready = skip });

    public static readonly Gen<ScalingRule> Step =
        Gen.Select(Metric, Gen.Bool, Gen.Double[-50, 300].Array[1, 6], Gen.Select(Gen.Enum<StepAdjustment>(), Gen.Int[-60, 120], Gen.Bool).Array[7], Gen.Bool).Select((metric, total, edges, actions, open) =>
            (ScalingRule)new StepRule { Metric = metric, IsTotal = total, Steps = StepsBetween([.. edges.Distinct().Order()], actions, open) });

    public static readonly Gen<ScalingRule> Backlog =
        Gen.Select(Metric, Metric.Null(), Gen.Double[0.01, 100], Gen.Int[1, 3600]).Select((metric, arrivals, throughput, drain) =>
            (ScalingRule)new BacklogRule { Metric = metric, ArrivalMetric = arrivals, ThroughputPerReplica = throughput, DrainTime = TimeSpan.FromSeconds(drain) });

    public static readonly Gen<ScalingRule> Forecast =
        Gen.Select(Metric, Gen.Double[1, 80], Metric.Null(), Gen.Enum<ForecastMode>(), Gen.Bool, Gen.Int[0, 1800].Nullable()).Select((metric, target, load, mode, seasons, delay) =>
            (ScalingRule)new ForecastRule
            {
                Metric = metric,
                Target = target,
                Load = load,
                Mode = mode,
                Seasons = seasons,
                StartDelay = delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            });

    public static readonly Gen<ScalingRule> Queueing =
        Gen.Select(Metric, Metric, Metric.Null(), Gen.Int[1, 5000].Nullable(), Gen.Double[1.01, 20], Gen.Int[1, 20]).Select((arrivals, use, latency, milliseconds, objective, places) =>
            (ScalingRule)new QueueingRule
            {
                ArrivalMetric = arrivals,
                UtilizationMetric = use,
                LatencyMetric = latency,
                ServiceTime = milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
                Objective = TimeSpan.FromMilliseconds((milliseconds ?? 500) * objective),
                ConcurrencyPerReplica = places,
            });

    public static readonly Gen<ScalingRule> Concurrency =
        Gen.Select(Metric, Gen.Double[0.1, 200], Gen.Int[6, 600], Gen.Double[1.1, 10], Gen.Double[1.1, 10]).Select((metric, target, window, up, down) =>
            (ScalingRule)new ConcurrencyRule { Metric = metric, Target = target, StableWindow = TimeSpan.FromSeconds(window), MaxScaleUpRate = up, MaxScaleDownRate = down });

    public static readonly Gen<ScalingRule> Fixed = Gen.Int[0, 30].Select(replicas => (ScalingRule)new FixedRule { Replicas = replicas });

    public static readonly Gen<ScalingRule> Schedule =
        Gen.Select(
            Gen.OneOf("* * * * *", "0 8 * * MON-FRI", "30 2 * * *", "*/20 * * * *", "0 0 29 2 *", "15 10 3 * * *"),
            Gen.OneOf("0 18 * * *", "15 2 * * *", "*/30 * * * *", "0 0 L * *"),
            Gen.OneOf("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
            Gen.OneOf(ScheduleBound.Floor, ScheduleBound.Ceiling, ScheduleBound.Exact),
            Gen.Int[0, 40]).Select((start, end, zone, bound, replicas) =>
            (ScalingRule)new ScheduleRule { Start = start, End = end, TimeZone = zone, Bound = bound, Replicas = replicas });

    /// <summary>A schedule that puts replicas on top, which no guard holds back.</summary>
    public static readonly Gen<ScalingRule> OnTop = Gen.Select(Schedule, Gen.Frequency((9, Gen.Int[0, 40]), (1, Gen.Const(int.MaxValue)))).Select((schedule, replicas) =>
        (ScalingRule)((ScheduleRule)schedule with { Name = "on top", Bound = ScheduleBound.Add, Replicas = replicas }));

    /// <summary>A rule of the user's own that says anything at all.</summary>
    public static readonly Gen<ScalingRule> Own = Gen.Select(Gen.Enum<RecommendationKind>(), Gen.OneOf(Gen.Int[-5, 40], Gen.Int)).Select((kind, replicas) => (ScalingRule)new OwnRule(kind, replicas));

    public static readonly Gen<ScalingRule> Rule = Gen.OneOf(Threshold, TargetTracking, Step, Backlog, Forecast, Queueing, Concurrency, Fixed, Schedule, Own);

    public static readonly Gen<ReplicaRange> Range = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 40]).Select((min, more) => new ReplicaRange(min, min + more));

    public static readonly Gen<ScalingPolicy> Policy =
        Gen.Select(Rule.Array[1, 4], Range, Behavior, Gen.Enum<RuleCombination>(), Gen.Bool, Gen.Int[1, 600]).Select((rules, range, behavior, combine, agree, age) => new ScalingPolicy
        {
            Target = "web",
            Rules = [.. rules],
            Range = range,
            Behavior = behavior,
            Combine = combine,
            ScaleDownOnlyIfAllAgree = agree,
            MaxMetricAge = TimeSpan.FromSeconds(age),
        });

    /// <summary>A value as a source may report it: sensible, zero, negative, no number, or beyond all measure.</summary>
    public static readonly Gen<double> Value = Gen.Frequency(
        (8, Gen.Double[0, 300]), (1, Gen.Const(0.0)), (1, Gen.Double[-100, 0]), (1, Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon)), (1, Gen.Double));

    /// <summary>A count as a scaler may report it.</summary>
    public static readonly Gen<int> Count = Gen.Frequency((12, Gen.Int[0, 50]), (1, Gen.OneOf(int.MaxValue, int.MinValue, -1)), (1, Gen.Int));

    /// <summary>Seconds since something happened, as clocks tell it that need not agree.</summary>
    public static readonly Gen<double> Age = Gen.Frequency((8, Gen.Double[0, 400]), (1, Gen.Double[-60, 0]), (1, Gen.Double[0, 1e7]));

    public static readonly Gen<Replica> Replica =
        Gen.Select(Gen.Int[0, 9], Gen.Enum<ReplicaPhase>(), Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))), Gen.Enum<ReplicaReadiness>(), Age.Nullable(), Age.Nullable()).Select((name, phase, gone, readiness, started, changed) => new Replica
        {
            Name = $"r{name}",
            Phase = phase,
            IsTerminating = gone,
            Readiness = readiness,
            StartedAt = started is { } s ? Tick.Epoch.AddSeconds(-s) : null,
            ReadinessChangedAt = changed is { } c ? Tick.Epoch.AddSeconds(-c) : null,
        });

    /// <summary>Replicas of which the desired count is filled in by the run; the others may contradict it.</summary>
    public static readonly Gen<ReplicaStatus> Replicas =
        Gen.Select(Count, Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 5], Count.Nullable(), Replica.Array[0, 8]).Select((ready, starting, unready, terminating, existing, members) =>
        {
            var status = new ReplicaStatus { Desired = 0, Ready = ready, Starting = starting, Unready = unready, Terminating = terminating, Members = [.. members] };
            return existing is { } e ? status with { Existing = e } : status;
        });

    public static readonly Gen<ReplicaReading> ReplicaReading =
        Gen.Select(Gen.Int[0, 9], Value.Nullable(), Value.Nullable(), Age, Gen.Int[0, 120]).Select((name, value, request, age, window) =>
            new ReplicaReading($"r{name}", value, request, Tick.Epoch.AddSeconds(-age), TimeSpan.FromSeconds(window)));

    public static readonly Gen<MetricReading> Reading =
        Gen.Select(Metric, Value, Age, Gen.Frequency((9, Gen.Const(MetricStatus.Available)), (3, Gen.Enum<MetricStatus>())), ReplicaReading.Array[0, 6], Gen.Bool).Select((metric, value, age, status, replicas, single) => status switch
        {
            MetricStatus.Missing => MetricReading.Missing(metric, "it is missing"),
            MetricStatus.Failed => MetricReading.Failed(metric, "it failed"),
            MetricStatus.Stale => MetricReading.Available(metric, value, Tick.Epoch.AddSeconds(-age)).AsStale("it is stale"),
            _ => MetricReading.Available(metric, value, Tick.Epoch.AddSeconds(-age), single ? [.. replicas] : []),
        });

    /// <summary>One evaluation: how long after the last, what someone else did to the target, what is seen, and what comes of it.</summary>
    public static readonly Gen<Tick> Evaluation =
        Gen.Select(
            Gen.Frequency((8, Gen.Double[1, 60]), (2, Gen.Double[60, 2000]), (1, Gen.Const(0.0))),
            Gen.Frequency((6, Gen.Const((int?)null)), (1, Count.Select(c => (int?)c))),
            Replicas,
            Reading.Array[0, 6],
            Gen.Frequency((8, Gen.Const(ScaleOutcomeKind.Applied)), (1, Gen.Const(ScaleOutcomeKind.Failed)), (1, Gen.Const(ScaleOutcomeKind.Rejected)))).Select((seconds, foreign, replicas, readings, outcome) =>
            new Tick(TimeSpan.FromSeconds(seconds), foreign, new() { Replicas = replicas, Metrics = new([.. readings]) }, outcome));

    /// <summary>A clock's jump, back or forward, of up to years.</summary>
    public static readonly Gen<TimeSpan> Jump = Gen.Frequency((5, Gen.Double[0, 100]), (1, Gen.Double[-100, 0]), (1, Gen.Double[-1e8, 1e8])).Select(TimeSpan.FromSeconds);

    /// <summary>A random policy and a run of it from a random number of replicas.</summary>
    public static readonly Gen<(ScalingPolicy Policy, int Replicas, Tick[] Ticks)> Run = Gen.Select(Policy, Gen.Int[0, 50], Evaluation.Array[1, 30]);

    /// <summary>Steps that touch or leave gaps, in the order of their edges.</summary>
    private static ImmutableArray<ScalingStep> StepsBetween(double[] edges, (StepAdjustment Adjustment, int Amount, bool Left)[] actions, bool open)
    {
        var steps = ImmutableArray.CreateBuilder<ScalingStep>();
        for (var i = 0; i <= edges.Length; i++)
        {
            var (adjustment, amount, left) = actions[i];
            var outer = i == 0 || i == edges.Length;
            if ((outer && !open) || (left && steps.Count > 0)) continue;
            steps.Add(new()
            {
                From = i == 0 ? null : edges[i - 1],
                Below = i == edges.Length ? null : edges[i],
                Adjustment = adjustment,
                Amount = adjustment == StepAdjustment.To ? Math.Max(0, amount) : amount,
            });
        }

        return steps.Count == 0 ? [new() { Amount = 1 }] : steps.ToImmutable();
    }

    private sealed record OwnRule(RecommendationKind Kind, int Replicas) : ScalingRule
    {
        public override string Name { get; init; } = "own";

        public override Recommendation Recommend(in RuleContext context) => new() { Kind = Kind, Replicas = Replicas };
    }
}
