using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>
/// Judges what was observed before the rules see it: a value that cannot be, or that stands for "no value", is no value. What is plausible
/// goes on as it is, without a copy.
/// </summary>
internal static class Trust
{
    // What stands for "no value" where somebody had to write a number: the ends of whole numbers, also as thousandths, and the largest of
    // the floating-point numbers.
    private static readonly ImmutableArray<double> Sentinels =
        [long.MaxValue, ulong.MaxValue, long.MaxValue / 1000.0, int.MinValue, float.MaxValue, double.MaxValue];

    /// <summary>The observation as rules may see it.</summary>
    /// <param name="policy">What the policy expects of its metrics.</param>
    /// <param name="state">When metrics were last usable.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="now">The time of the evaluation.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // what few need stays out of what all do
    public static ScalingObservation Judge(ScalingPolicy policy, ScalingState state, ScalingObservation seen, DateTimeOffset now)
    {
        var guards = policy.Behavior.SafetyGuards;
        if (guards && !AreTrusted(policy, seen.Metrics, now)) seen = seen with { Metrics = Judged(policy, seen.Metrics, now) };
        if (!policy.Metrics.IsEmpty) seen = WithGiven(policy, state, seen, now);

        // Totals are judged against what is desired: more than that exist only while replicas are replaced or removed, and fewer while they
        // are made.
        var replicas = seen.Replicas;
        return !guards || replicas.Existing == replicas.Desired
            ? seen
            : seen with { Replicas = replicas with { Existing = replicas.Desired } };
    }

    private static bool AreTrusted(ScalingPolicy policy, ServiceMetrics readings, DateTimeOffset now)
    {
        foreach (var reading in readings.Items)
        {
            if (!ReferenceEquals(Judge(policy, reading, now), reading)) return false;
        }

        return true;
    }

    private static ServiceMetrics Judged(ScalingPolicy policy, ServiceMetrics readings, DateTimeOffset now) =>
        new([.. readings.Select(reading => Judge(policy, reading, now))]);

    /// <summary>With the values that the policy says for metrics that have had none for so long.</summary>
    private static ScalingObservation WithGiven(ScalingPolicy policy, ScalingState state, ScalingObservation seen, DateTimeOffset now)
    {
        foreach (var expectation in policy.Metrics)
        {
            if (expectation.IfMissing.Value is not { } value || !IsDue(expectation, state, now)) continue;
            var reading = seen.Metrics[expectation.Metric];
            if (reading.Status != MetricStatus.Missing || reading.Replicas.Length > 0) continue;
            seen = seen with { Metrics = With(seen.Metrics, MetricReading.Available(expectation.Metric, value, now)) };
        }

        return seen;
    }

    /// <summary>
    /// When the metrics of which the policy must know it were last usable. The time of one that it did not have to know before begins now:
    /// nobody has waited for it yet.
    /// </summary>
    public static ImmutableArray<KeyValuePair<MetricRef, long>> LastUsable(
        ScalingPolicy policy, ScalingState state, ScalingObservation seen, DateTimeOffset now)
    {
        if (policy.Metrics.IsEmpty) return [];
        var times = ImmutableArray.CreateBuilder<KeyValuePair<MetricRef, long>>();
        foreach (var expectation in policy.Metrics)
        {
            if (!expectation.NeedsLastUsable) continue;
            var reading = seen.Metrics[expectation.Metric];
            var isGiven = expectation.IfMissing.Value == reading.Value && reading.At == now; // the policy's own word is no reading
            var isUsable = reading.Status == MetricStatus.Available && (now - reading.At).Duration() <= policy.MaxMetricAge && !isGiven;
            var last = isUsable ? null : state.Extras?.LastUsableOf(expectation.Metric);
            times.Add(KeyValuePair.Create(expectation.Metric, last ?? now.UtcTicks));
        }

        return times.ToImmutable();
    }

    /// <summary>Whether a metric has had no usable reading for so long that the policy says what that means.</summary>
    public static bool IsDue(MetricExpectation expectation, ScalingState state, DateTimeOffset now) =>
        now.UtcTicks - (state.Extras?.LastUsableOf(expectation.Metric) ?? now.UtcTicks) >= expectation.After.Ticks;

    private static ServiceMetrics With(ServiceMetrics metrics, MetricReading reading) =>
        new([.. metrics.Where(r => r.Metric != reading.Metric), reading]);

    private static MetricReading Judge(ScalingPolicy policy, MetricReading reading, DateTimeOffset now)
    {
        if (reading.Replicas.Length > 0) reading = JudgeReplicas(policy, reading, now);
        return reading.Status == MetricStatus.Available && Implausible(policy, reading.Metric, reading.Value) is { } why
            ? reading.AsImplausible(why)
            : reading;
    }

    /// <summary>A replica whose value cannot be, or was measured at a time that cannot be, has none. The others count.</summary>
    private static MetricReading JudgeReplicas(ScalingPolicy policy, MetricReading reading, DateTimeOffset now)
    {
        ImmutableArray<ReplicaReading>.Builder? judged = null;
        DateTimeOffset oldest = DateTimeOffset.MaxValue, oldestDropped = DateTimeOffset.MaxValue;
        var replicas = reading.Replicas;
        for (var i = 0; i < replicas.Length; i++)
        {
            var replica = replicas[i];
            if (replica.Value is not { } value) continue;
            var isTimed = replica.At != default;
            var isRecent = !isTimed || (now - replica.At).Duration() <= policy.MaxMetricAge;
            if (isRecent && !IsSentinel(value) && (value >= 0 || policy.AllowsNegative(reading.Metric)))
            {
                if (isTimed && replica.At < oldest) oldest = replica.At;
                continue;
            }

            if (isTimed && replica.At < oldestDropped) oldestDropped = replica.At;
            judged ??= replicas.ToBuilder();
            judged[i] = new(replica.Name, null, replica.Request, replica.At, replica.Window);
        }

        if (judged is null) return reading;

        // The time of the whole is that of the oldest that counts, where a replica that does not was the cause of its age.
        var isItsAge = oldest != DateTimeOffset.MaxValue && oldestDropped <= reading.At;
        return reading.With(isItsAge ? oldest : reading.At, judged.ToImmutable());
    }

    private static string? Implausible(ScalingPolicy policy, MetricRef metric, double value)
    {
        if (IsSentinel(value)) return $"its value is {Phrase.Of(value)}, which stands for no value";
        var expectation = policy.Metrics.IsEmpty ? null : policy.Expectation(metric);
        if (expectation?.AtLeast is { } least && value < least) return Beyond(value, "least", least);
        if (expectation?.AtMost is { } most && value > most) return Beyond(value, "most", most);
        if (value >= 0 || expectation?.AtLeast is not null || policy.AllowsNegative(metric)) return null;
        return $"its value is {Phrase.Of(value)}, and it cannot be negative";
    }

    private static string Beyond(double value, string end, double expected)
    {
        var texts = Phrase.Compared(value, expected);
        return $"its value is {texts[0]}, and the policy expects at {end} {texts[1]}";
    }

    private static bool IsSentinel(double value)
    {
        var size = Math.Abs(value);
        if (size < int.MaxValue) return false;
        foreach (var sentinel in Sentinels)
        {
            // To the precision of those who divide or print it on the way; the least whole number of 32 bits only as it is, since that
            // large counts are real.
            if (sentinel > 0 ? Math.Abs(size - sentinel) <= sentinel * 1e-9 : value == sentinel) return true;
        }

        return size > ulong.MaxValue;
    }
}
