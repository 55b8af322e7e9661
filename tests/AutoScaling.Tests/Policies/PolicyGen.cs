using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using CsCheck;

namespace AutoScaling.Tests.Policies;

/// <summary>Random policies that use everything a document can hold, and texts that JSON, YAML or configuration might take for something else.</summary>
internal static class PolicyGen
{
    /// <summary>Texts with a meaning of their own somewhere.</summary>
    public static readonly string[] Traps =
    [
        "on", "Off", "yes", "NO", "y", "n", "null", "Null", "~", "true", "False", "1e3", "1E3", "12e03", "0123", "0o17", "0x1F", "0b11", "1_000", "1", "-1", "+1", "1.5", ".5", ".inf", "-.INF",
        ".nan", "NaN", "Infinity", "1:30", "12:30:45", "2026-01-01", "-", "--", "---", "...", "a:b", "a:", ":a", "a#b", "#a", "*a", "&a", "!a", "!!str", "%a", "@a", "`a", "'a'", "\"a\"", "a\"b", "a'b",
        "\\", "a\\nb", "{a}", "[a]", "a]", "<<", "=", "?", "|", ">", "5m", "1d", "team-a/deployments/web", "Ünï", "日本", "😀",
    ];

    private static readonly string[] Names = ["cpu", "memory", "queue", "latency_p95"];

    /// <summary>Also blanks, which a target may not have; what cannot be seen, no name has.</summary>
    private static readonly string[] MoreTraps =
        ["", " ", "a b", " a", "a ", "a: b", "a #b", "- a", "? a", "a,b", "a\u00a0b", "\u3000", "# a", "null ", "~ ", "key: {a: [b]}"];

    private static readonly Gen<char> NameChar = Gen.OneOf(
        Gen.Char['!', '~'], Gen.Char['\u00ae', '\u00ff'], Gen.OneOf(':', '#', '-', '\'', '"', '\\', '{', '[', '&', '*', '!', '|', '>', '%', '@', '`'));

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.OneOf(Traps), Gen.OneOf(MoreTraps), Gen.String[Gen.OneOf(NameChar, Gen.OneOf(' ', '\u00a0', '\u3000')), 0, 30]);

    private static readonly Gen<string> AnyName = AnyText.Where(text => !string.IsNullOrWhiteSpace(text));

    private static readonly Gen<string> TargetName = Gen.OneOf(Gen.OneOf(Traps), Gen.String[NameChar, 1, 12]).Select(name => name.Replace(",", ";", StringComparison.Ordinal));

    private static readonly Gen<MetricRef> Metric = Gen.OneOf(Gen.OneOf(Names), AnyName.Where(text => !text.Contains('@')))
        .Select(Gen.OneOf(Gen.Const((string?)null), AnyName.Where(text => !text.Contains('@')).Select(text => (string?)text)), (name, source) => new MetricRef(name, source));

    private static readonly Gen<double> Positive = Gen.OneOf(
        Gen.OneOf(70.0, 1, 0.1, 1e-300, double.Epsilon, double.MaxValue, 1e21, 123456789.123456789), Gen.Double[1e-6, 1e6], Gen.Int[1, 1000].Select(i => (double)i));

    private static readonly Gen<TimeSpan> UpToADay = Gen.OneOf(
        Gen.OneOf(TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(600), TimeSpan.FromHours(24)),
        Gen.Long[0, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks),
        Gen.Int[0, 86400].Select(s => TimeSpan.FromSeconds(s)));

    private static readonly Gen<TimeSpan> MoreThanNothing = UpToADay.Where(duration => duration > TimeSpan.Zero);

    private static readonly Gen<TimeSpan> NotNegative = Gen.OneOf(UpToADay, Gen.Long[0, long.MaxValue].Select(TimeSpan.FromTicks));

    private static readonly Gen<bool> Flag = Gen.Bool;

    private static readonly Gen<Activation?> Activated = Gen.Select(Gen.Double[-1e3, 1e3], Gen.Int[1, 20], NotNegative)
        .Select((above, replicas, idle) => new Activation { Above = above, Replicas = replicas, IdleTime = idle }).Null();

    private static readonly Gen<ScalingRule> TargetTracking =
        from metric in Metric
        from kind in Gen.Enum<TargetKind>()
        from target in Positive
        from skip in Flag.Nullable()
        from period in NotNegative
        from delay in NotNegative
        from activation in Activated
        select (ScalingRule)new TargetTrackingRule
        {
            Metric = metric,
            Kind = kind,
            Target = target,
            SkipUnready = skip,
            InitializationPeriod = period,
            InitialReadinessDelay = delay,
            Activation = kind == TargetKind.Utilization ? null : activation,
        };

    private static readonly Gen<ScalingRule> Backlog =
        from metric in Metric
        from arrivals in Gen.OneOf(Gen.Const((MetricRef?)null), Metric.Select(m => (MetricRef?)m))
        from inFlight in Gen.OneOf(Gen.Const((MetricRef?)null), Metric.Select(m => (MetricRef?)m))
        from throughput in Positive
        from time in MoreThanNothing
        from activation in Activated
        select (ScalingRule)new BacklogRule
        {
            Metric = metric,
            ArrivalMetric = arrivals,
            InFlightMetric = inFlight,
            ThroughputPerReplica = throughput,
            DrainTime = time,
            Activation = activation,
        };

    private static readonly Gen<ScalingRule> Forecast =
        from metric in Metric
        from target in Gen.Double[1, 80]
        from load in Metric.Null()
        from objective in Gen.Double[81, 95].Nullable()
        from weight in Gen.Double[1, 50]
        from delay in Gen.Int[0, 1800].Nullable()
        from hold in Gen.Int[0, 600]
        from mode in Gen.Enum<ForecastMode>()
        from seasons in Gen.Bool
        from zone in Gen.OneOf("UTC", "Europe/Berlin")
        select (ScalingRule)new ForecastRule
        {
            Metric = metric,
            Target = target,
            Load = load,
            Objective = objective,
            ShortageWeight = weight,
            StartDelay = delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Hold = TimeSpan.FromSeconds(hold),
            Mode = mode,
            Seasons = seasons,
            TimeZone = zone,
        };

    private static readonly Gen<ScalingRule> Step =
        from metric in Metric
        from total in Flag
        from edges in Gen.Double[-1e3, 1e3].Array[1, 5]
        from open in Gen.Select(Flag, Flag)
        from adjustments in Gen.Select(Gen.Enum<StepAdjustment>(), Gen.Int).Array[6]
        from period in NotNegative
        from activation in Activated
        select (ScalingRule)new StepRule
        {
            Metric = metric,
            IsTotal = total,
            InitializationPeriod = period,
            Steps = Steps([.. edges.Distinct().Order()], open.Item1, open.Item2, adjustments),
            Activation = activation,
        };

    private static readonly Gen<ScalingRule> Schedule =
        from times in Gen.OneOf("0 8 * * MON-FRI", "*/5 * * * *", "30 0 8 1 1 ?", "@daily", "0 18 L * *", " 0  0 * * * ").Array[2]
        from zone in Gen.OneOf("UTC", "Europe/Berlin", "Australia/Lord_Howe")
        from bound in Gen.Enum<ScheduleBound>()
        from replicas in Gen.Int[0, int.MaxValue]
        from once in Flag
        from except in Dates
        from priority in Gen.OneOf(Gen.Const(0), Gen.Int)
        from gradual in Flag
        select (ScalingRule)(once
            ? new ScheduleRule { From = "2026-12-24", To = "2027-01-01T12:30", TimeZone = zone, Bound = bound, Replicas = replicas, Except = except, Priority = bound == ScheduleBound.Add ? 0 : priority }
            : new ScheduleRule { Start = times[0], End = times[1], TimeZone = zone, Bound = bound, Replicas = replicas, Except = except, Gradual = gradual && bound != ScheduleBound.Add });

    private static Gen<ImmutableArray<string>> Dates => Gen.OneOf("2026-12-25", "2027-01-01", "2028-02-29").Array[0, 2].Select(ImmutableArray.Create);

    private static readonly Gen<ScalingSchedule?> During = Gen.OneOf(
        Gen.Const((ScalingSchedule?)null),
        Dates.Select(except => (ScalingSchedule?)new ScalingSchedule { Start = "0 8 * * *", End = "0 9 * * *", TimeZone = "Europe/Berlin", Except = except }),
        Dates.Select(except => (ScalingSchedule?)new ScalingSchedule { From = "2026-12-24 18:00:30", To = "2026-12-26", Except = except }));

    private static readonly Gen<ScalingRule> Fixed = Gen.Int[0, 100].Select(replicas => (ScalingRule)new FixedRule { Replicas = replicas });

    private static readonly Gen<ScalingRule> Queueing =
        from metrics in Gen.Select(Metric, Metric)
        from latency in Gen.OneOf(Gen.Const((MetricRef?)null), Metric.Select(m => (MetricRef?)m))
        from service in MoreThanNothing.Nullable()
        from more in MoreThanNothing
        from percentages in Gen.Select(Gen.OneOf(Gen.Const(95.0), Gen.Double[50, 99.9]), Gen.OneOf(Gen.Const(70.0), Gen.Double[1, 100]))
        from places in Gen.OneOf(Gen.Const(1), Gen.Int[1, int.MaxValue])
        select (ScalingRule)new QueueingRule
        {
            ArrivalMetric = metrics.Item1,
            UtilizationMetric = metrics.Item2,
            LatencyMetric = latency,
            ServiceTime = service,
            Objective = (service ?? TimeSpan.Zero) + more,
            Percentile = percentages.Item1,
            MaxUtilization = percentages.Item2,
            ConcurrencyPerReplica = places,
        };

    private static readonly Gen<ScalingRule> Concurrency =
        from metric in Metric
        from target in Positive
        from percentages in Gen.Select(Gen.Double[1, 100], Gen.Double[1, 100], Gen.Double[110, 1000])
        from window in Gen.Int[6, 3600].Select(s => TimeSpan.FromSeconds(s))
        from rates in Gen.Select(Gen.Double[1.001, 1e6], Gen.Double[1.001, 1e6])
        select (ScalingRule)new ConcurrencyRule
        {
            Metric = metric,
            Target = target,
            TargetUtilization = percentages.Item1,
            PanicWindow = percentages.Item2,
            PanicThreshold = percentages.Item3,
            StableWindow = window,
            MaxScaleUpRate = rates.Item1,
            MaxScaleDownRate = rates.Item2,
        };

    private static readonly Gen<ScalingRule> Threshold =
        from cpu in Positive
        from memory in Positive.Nullable()
        from metrics in Gen.OneOf(Gen.Const((MetricRef.Cpu, MetricRef.Memory)), Gen.Select(Metric, Metric))
        from exact in Flag
        from period in Gen.OneOf(Gen.Const(TimeSpan.FromMinutes(5)), NotNegative)
        select (ScalingRule)new ThresholdRule
        {
            CpuTarget = cpu,
            MemoryTarget = memory,
            CpuMetric = metrics.Item1,
            MemoryMetric = metrics.Item2,
            ExactArithmetic = exact,
            InitializationPeriod = period,
        };

    private static readonly Gen<ScalingRule> Rule = Gen.OneOf(TargetTracking, Backlog, Forecast, Step, Schedule, Queueing, Concurrency, Fixed, Threshold)
        .Select(Gen.OneOf(Gen.Const((string?)null), AnyName.Select(text => (string?)text)), (rule, name) => name is null ? rule : rule with { Name = name })
        .Select(During, (rule, during) => rule with { During = during });

    private static readonly Gen<RateLimit> Limit = Gen.Select(Flag, Gen.Int[1, int.MaxValue], Gen.Long[1, TimeSpan.TicksPerHour])
        .Select((percent, value, ticks) => percent ? RateLimit.Percent(value, TimeSpan.FromTicks(ticks)) : RateLimit.Replicas(value, TimeSpan.FromTicks(ticks)));

    private static readonly Gen<DirectionBehavior> Direction = Gen.OneOf(
        Gen.OneOf(
            ScalingBehavior.Default.ScaleUp, ScalingBehavior.Default.ScaleDown, ScalingBehavior.Kubernetes.ScaleUp, ScalingBehavior.Kubernetes.ScaleDown, ScalingBehavior.Immediate.ScaleUp),
        from window in UpToADay
        from cooldown in UpToADay
        from tolerance in Gen.OneOf(Gen.OneOf(0.0, 0.1, -0.0), Positive)
        from selected in Gen.Enum<RateLimitSelect>()
        from limits in Limit.Array[0, 3]
        select new DirectionBehavior { StabilizationWindow = window, Cooldown = cooldown, Tolerance = tolerance, Select = selected, RateLimits = [.. limits] });

    private static readonly Gen<ScalingBehavior> Behavior = Gen.OneOf(
        Gen.OneOf(ScalingBehavior.Default, ScalingBehavior.Kubernetes, ScalingBehavior.Immediate),
        Gen.Select(Direction, Direction, Flag.Array[4], (up, down, flags) => new ScalingBehavior
        {
            ScaleUp = up with { LargerNeedPasses = flags[0] },
            ScaleDown = down,
            FlapGuard = flags[1],
            ZeroIsOff = flags[2],
            SafetyGuards = flags[3],
        }));

    private static readonly Gen<MetricExpectation> Expectation =
        from metric in Metric.Where(m => !m.ToString().Contains(':'))
        from least in Gen.OneOf(Gen.Double[-1e3, 0], Gen.Const(double.MinValue)).Nullable()
        from most in Gen.OneOf(Gen.Double[0, 1e6], Gen.Const(double.MaxValue)).Nullable()
        from negative in Flag
        from missing in Gen.OneOf(Gen.Const(MissingMeaning.Hold), Gen.Const(MissingMeaning.Ignore), Gen.Double[-1e3, 1e3].Select(MissingMeaning.Of))
        from failed in Gen.Int[0, int.MaxValue].Nullable()
        from after in Gen.OneOf(Gen.Const(TimeSpan.FromMinutes(5)), NotNegative)
        from follows in Flag
        select new MetricExpectation
        {
            Metric = metric,
            AtLeast = least,
            AtMost = most,
            Negative = negative,
            IfMissing = missing,
            IfFailedReplicas = failed,
            After = after,
            FollowsLoad = follows,
        };

    /// <summary>What never comes back from 0 replicas is refused when it is loaded.</summary>
    private static readonly Gen<ScalingPolicy> Alone =
        Any.Select(policy => policy.Rules.Any(rule => rule.Describe()!.NeedsReplicas) ? policy with { Range = new(Math.Max(1, policy.Range.Min), policy.Range.Max, policy.Range.Min > 0 ? policy.Range.MultipleOf : null) } : policy);

    private static readonly Gen<ScalingOverride?> Said =
        from kind in Gen.Enum<ScalingOverrideKind>()
        from replicas in Gen.Int[0, 40]
        from until in Gen.DateTimeOffset.Where(time => time.Ticks > TimeSpan.TicksPerDay).Nullable()
        from reason in Gen.OneOf(Gen.Const((string?)null), AnyName.Where(text => text.Length < 400).Select(text => (string?)text))
        from author in Gen.OneOf(Gen.Const((string?)null), Gen.Const((string?)"ann"))
        select kind == ScalingOverrideKind.Hold
            ? ScalingOverride.Hold(replicas, DateTimeOffset.MinValue, until, reason, author)
            : ScalingOverride.Pause(DateTimeOffset.MinValue, kind, until, reason, author);

    private static Gen<ScalingPolicy> Any =>
        from target in TargetName
        from bounds in Gen.OneOf(Gen.Const((1, 10)), Gen.Select(Gen.Int[0, 20], Gen.OneOf(Gen.Int[20, 40], Gen.Const(int.MaxValue))))
        from unit in Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 40].Select(n => bounds.Item1 % n == 0 && bounds.Item2 % n == 0 ? n : (int?)1))
        from rules in Gen.OneOf(Threshold.Array[1], Rule.Array[1, 4])
        from combine in Gen.Enum<RuleCombination>()
        from agree in Flag
        from behavior in Behavior
        from age in Gen.OneOf(Gen.Const(TimeSpan.FromMinutes(5)), MoreThanNothing, Gen.Const(TimeSpan.MaxValue))
        from interval in MoreThanNothing.Where(duration => duration >= TimeSpan.FromMilliseconds(100)).Nullable()
        from scaler in Gen.OneOf(Gen.Const((string?)null), AnyName.Select(text => (string?)text))
        from enabled in Flag
        from paused in Flag
        from said in Gen.OneOf(Gen.Const((ScalingOverride?)null), Said)
        from mode in Gen.Enum<ScalingMode>()
        from metrics in Gen.OneOf(Gen.Const(Array.Empty<MetricExpectation>()), Expectation.Array[0, 3])
        select Sane(new ScalingPolicy
        {
            Target = target,
            Range = new(bounds.Item1, bounds.Item2, unit),
            Rules = [.. rules],
            Combine = combine,
            ScaleDownOnlyIfAllAgree = agree,
            Behavior = behavior,
            MaxMetricAge = age,
            Interval = interval,
            Scaler = scaler,
            Enabled = enabled,
            Paused = paused,
            Override = said,
            Mode = mode,
            Metrics = [.. metrics.DistinctBy(m => m.Metric.ToString(), StringComparer.OrdinalIgnoreCase)],
        });

    /// <summary>Nothing is ignored under a sum: that is refused.</summary>
    private static ScalingPolicy Sane(ScalingPolicy policy) => policy.Combine != RuleCombination.Sum ? policy : policy with
    {
        Metrics = [.. policy.Metrics.Select(m => m.IfMissing.IsIgnored ? m with { IfMissing = MissingMeaning.Hold } : m)],
    };

    /// <summary>What a policy's shadow says differently: nothing, one thing or everything.</summary>
    private static readonly Gen<Func<ScalingPolicy, ScalingPolicy>> Change =
        from other in Alone
        from which in Gen.Int[0, 7]
        select (Func<ScalingPolicy, ScalingPolicy>)(active => which switch
        {
            0 => active,
            1 => active with { Range = other.Range },
            2 => active with { Rules = other.Rules },
            3 => active with { Behavior = other.Behavior },
            4 => active with { Behavior = active.Behavior with { ScaleUp = other.Behavior.ScaleUp } },
            5 => Sane(active with { Combine = other.Combine, MaxMetricAge = other.MaxMetricAge, Metrics = other.Metrics }),
            6 => active with { Rules = [new ThresholdRule { CpuTarget = 70 }] },
            _ => other with { Target = active.Target, Interval = active.Interval, Scaler = active.Scaler, Enabled = active.Enabled, Paused = active.Paused, Override = active.Override, Mode = active.Mode },
        });

    public static readonly Gen<ScalingPolicy> Policy =
        from active in Alone
        from names in AnyName.Array[0, 2]
        from changes in Change.Array[2]
        select active with { Shadows = [.. names.Distinct().Select((name, i) => new ShadowPolicy { Name = name, Policy = changes[i](active) })] };

    /// <summary>Of each target one policy.</summary>
    public static readonly Gen<ScalingPolicy[]> Policies = Policy.Array[0, 5].Select(policies => policies.DistinctBy(policy => policy.Target).ToArray());

    /// <summary>Every public property of the policies, found by reflection: what the writer forgets shows here all the same.</summary>
    public static string Dump(IEnumerable<ScalingPolicy> policies) =>
        string.Join('\n', policies.Select(Ordered).SelectMany(policy => policy.Shadows.Select(shadow => shadow.Policy).Prepend(policy))
            .Select(policy => Dump(policy)));

    /// <summary>Configuration sorts the keys of a map, which mean the same in any order.</summary>
    private static ScalingPolicy Ordered(ScalingPolicy policy) => policy with
    {
        Metrics = [.. policy.Metrics.OrderBy(m => m.Metric.ToString(), StringComparer.Ordinal)],
        Shadows = [.. policy.Shadows.Select(shadow => shadow with { Policy = Ordered(shadow.Policy) })],
    };

    private static string Dump(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        double number => BitConverter.DoubleToInt64Bits(number).ToString(CultureInfo.InvariantCulture),
        IFormattable or bool => value.ToString()!,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Dump))}]",
        _ => $"{value.GetType().Name}{{{string.Join(", ", Properties(value.GetType()).Select(p => $"{p.Name}={Dump(p.GetValue(value))}"))}}}",
    };

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public);

    private static ImmutableArray<ScalingStep> Steps(double[] edges, bool openBelow, bool openAbove, (StepAdjustment, int)[] adjustments)
    {
        var steps = new List<ScalingStep>();
        void Add(double? from, double? below)
        {
            var (adjustment, amount) = adjustments[steps.Count];
            steps.Add(new() { From = from, Below = below, Adjustment = adjustment, Amount = adjustment == StepAdjustment.To ? amount & int.MaxValue : amount });
        }

        if (openBelow) Add(null, edges[0]);
        for (var i = 1; i < edges.Length; i++) Add(edges[i - 1], edges[i]);
        if (openAbove || steps.Count == 0) Add(edges[^1], null);
        return [.. steps];
    }
}
