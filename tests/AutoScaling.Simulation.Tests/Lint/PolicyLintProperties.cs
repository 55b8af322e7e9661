using System.Collections.Immutable;
using AutoScaling.Tests.Policies;
using CsCheck;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class PolicyLintProperties
{
    private static readonly string[] Rules =
    [
        "unreachable-target", "unreachable-minimum", "no-way-back-from-zero", "wide-tolerance", "short-cooldown", "contradicting-range", "contradicting-schedules", "ineffective-schedule", "flapping-pair",
        "long-interval", "held-forecast", "blind-forecast", "rule-throws",
    ];

    private static readonly Gen<TimeSpan> Duration = Gen.OneOf(
        Gen.OneOf(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30), TimeSpan.FromDays(2), TimeSpan.MaxValue), Gen.Long[1, TimeSpan.TicksPerHour].Select(TimeSpan.FromTicks));

    private static readonly Gen<LintOptions> Options = Gen.Select(Duration, Duration).Select((delay, interval) => new LintOptions { StartDelay = delay, Interval = interval });

    /// <summary>Any rule of the user's own: whatever it says, projects, reads or throws.</summary>
    private static readonly Gen<ScalingRule> Own = Gen.Select(Gen.Enum<RecommendationKind>(), Gen.Int[-3, 12], Gen.Int[-3, 12].Nullable(), Gen.Int[0, 20]).Select((kind, count, projected, fault) =>
        (ScalingRule)new OwnRule(kind, count, projected, fault));

    private static readonly Gen<ScalingPolicy> Policy = Gen.Frequency(
        (3, PolicyGen.Policy),
        (1, Gen.Select(PolicyGen.Policy, Own.Array[1, 2]).Select((policy, own) => policy with { Rules = [.. own, .. policy.Rules] })));

    [Fact]
    public void Check_AnyPolicy_GivesTheSameSoundFindingsEachTime() => Gen.Select(Policy, Options).Sample(
        (policy, options) =>
        {
            var found = PolicyLint.Check(policy, options);
            Assert.Equal(found, PolicyLint.Check(policy, options));
            Assert.All(found, finding =>
            {
                Assert.Contains(finding.Rule, Rules);
                Assert.Matches(@"^(rules\[[0-3]\]|rules\[[45]\]|range|behavior\.scale(Up|Down))(\.[a-zA-Z]+)?$", finding.Setting);
                Assert.DoesNotContain('\uFFFD', finding.Message);
                Assert.EndsWith(".", finding.Message, StringComparison.Ordinal);
            });
        },
        iter: 100,
        threads: 1);

    private sealed record OwnRule(RecommendationKind Kind, int Count, int? Projected, int Fault) : ScalingRule
    {
        public override string Name { get; init; } = "own";

        public override ImmutableArray<MetricRef> Metrics => ["cpu", "own"];

        public override bool OnlyBounds => Fault == 2 ? throw new InvalidOperationException("bounds") : Kind is RecommendationKind.Floor or RecommendationKind.Ceiling or RecommendationKind.Exact;

        public override Recommendation Recommend(in RuleContext context) => Fault == 3 || (Fault == 4 && context.Current == 3)
            ? throw new InvalidOperationException("recommend")
            : new() { Kind = Kind, Replicas = Fault % 2 == 0 ? Count : context.Current + Count };

        public override int Project(in RuleContext context, int replicas, in Recommendation recommended) =>
            Fault == 5 ? throw new InvalidOperationException("project") : Projected is { } more ? replicas + more : recommended.Replicas;
    }
}
