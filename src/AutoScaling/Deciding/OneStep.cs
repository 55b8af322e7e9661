using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>
/// A metric that does not follow the load stays above its target however many replicas are added, so a rule that makes its count of the
/// current one would ask for the maximum, step by step. It gets one step. It gets another once the metric has been at or below its target,
/// or has risen by more than the tolerance since the step.
/// </summary>
internal static class OneStep
{
    /// <summary>Takes the steps back that were asked for before.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="context">What the rules were asked.</param>
    /// <param name="remembered">The steps that were asked for, beside what the rules themselves remember.</param>
    /// <param name="said">What the rules say.</param>
    /// <param name="memories">Gets the steps that are remembered from now on.</param>
    public static void Judge(
        ScalingPolicy policy,
        in RuleContext context,
        RuleMemories? remembered,
        Recommendation[] said,
        ImmutableArray<KeyValuePair<string, RuleMemory>>.Builder memories)
    {
        for (var i = 0; i < said.Length; i++)
        {
            foreach (var metric in policy.Rules[i].Metrics)
            {
                if (context.FollowsLoad(metric)) continue;

                // No name of a rule holds the end of a line.
                var key = $"{policy.Rules[i].Name}\n{metric}";
                if (Next(policy.Rules[i], context, metric, Step.Read(remembered?.Find(key)), ref said[i]) is { } step)
                    memories.Add(new(key, step.Write()));
            }
        }
    }

    /// <summary>The step that is remembered from now on; <see langword="null"/> if there is none.</summary>
    private static Step? Next(ScalingRule rule, in RuleContext context, MetricRef metric, Step? known, ref Recommendation answer)
    {
        var isReadable = context.TryRead(metric, out var reading, out _, allowNegative: true);
        if (known is { } old && isReadable && reading.Value <= old.Edge) known = null;
        if (answer.Kind != RecommendationKind.Replicas || answer.Metric != metric || answer.Replicas <= context.Current) return known;
        if (!rule.FollowsCurrent && !Direction.IsAverage(rule, metric)) return known;

        var value = answer.Value ?? reading.Value;
        var tolerance = context.Behavior.ScaleUp.Tolerance;
        if (known is not { } step || value > step.Again(tolerance))
        {
            // A step holds from its edge on, other rules beyond theirs.
            var isStep = answer.Reason == RecommendationReason.Step;
            var edge = (isStep ? answer.ScaleDownBelow : answer.ScaleUpAbove) ?? double.NegativeInfinity;
            return new(answer.Replicas, value, isStep ? Math.BitDecrement(edge) : edge);
        }

        // It was asked for, but not done yet.
        var count = Math.Max(context.Current, Math.Min(answer.Replicas, step.Replicas));
        answer = count > context.Current ? answer with { Replicas = count } : answer with
        {
            Replicas = count,
            Reason = RecommendationReason.OneStep,
            ScaleUpAbove = step.Again(tolerance),
            Detail = $"it does not follow the load, and its one step was asked for at {Phrase.Of(step.Value)}",
        };
        return step;
    }

    /// <summary>A step that was asked for.</summary>
    /// <param name="Replicas">The count that was asked for.</param>
    /// <param name="Value">The metric's value then.</param>
    /// <param name="Edge">The value at or below which the metric must have been before the next step.</param>
    private readonly record struct Step(int Replicas, double Value, double Edge)
    {
        private const int Length = sizeof(int) + (2 * sizeof(double));

        /// <summary>The value above which another step is asked for.</summary>
        public double Again(double tolerance) => Value + (Math.Abs(Value) * tolerance);

        public static Step? Read(RuleMemory? memory)
        {
            if (memory?.Chunks is not [{ Length: Length } chunk]) return null;
            var bytes = chunk.AsSpan();
            return new(
                BinaryPrimitives.ReadInt32LittleEndian(bytes),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[sizeof(int)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[(sizeof(int) + sizeof(double))..]));
        }

        public RuleMemory Write()
        {
            var bytes = new byte[Length];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, Replicas);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(int)), Value);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(int) + sizeof(double)), Edge);
            return new(ImmutableArray.Create(ImmutableCollectionsMarshal.AsImmutableArray(bytes)));
        }
    }
}
