using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Tests.Field;

/// <summary>What an operator reported, as an input with its right answer.</summary>
internal sealed class FieldCase
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    public required string Id { get; init; }

    /// <summary>One policy, as YAML.</summary>
    public required string Policy { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required int Replicas { get; init; }

    /// <summary>The readings of the half hour before; none: there was nothing before.</summary>
    public Dictionary<string, double> Calm { get; init; } = [];

    public required Step[] Steps { get; init; }

    public static FieldCase Read(string path) => JsonSerializer.Deserialize<FieldCase>(File.ReadAllText(path), Options)!;

    /// <summary>Plays the case, as the loop would.</summary>
    /// <returns>What is wrong with the answers; empty if they are right.</returns>
    public IEnumerable<string> Play()
    {
        var document = "policies:\n" + string.Concat(Policy.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => $"{(i == 0 ? "  - " : "    ")}{line}\n"));
        var policy = Assert.Single(PolicyDocument.ParseYaml(document));
        var (state, count) = (ScalingState.New, Replicas);
        for (var t = Calm.Count == 0 ? 0 : -1800; t < 0; t += 15)
        {
            var now = Start.AddSeconds(t);
            var calm = ScalingDecisionEngine.Decide(policy, state, new() { Replicas = ReplicaStatus.AllReady(count), Metrics = Metrics(Calm, [], now, []) }, now);

            // The count is put back after each: what a decision would have changed did not happen.
            state = state.After(calm, calm.From == calm.To ? ScaleOutcome.Unchanged : ScaleOutcome.Rejected("it is calm"));
        }

        foreach (var step in Steps)
        {
            var now = Start.AddSeconds(step.After);
            count = step.Set ?? count;
            var members = Members(step, now);
            var seen = new ScalingObservation { Replicas = Status(step, count, members), Metrics = Metrics(step.Metrics, step.Missing, now, step.Members) };
            var decision = ScalingDecisionEngine.Decide(policy, state, seen, now);
            state = state.After(decision, decision.From == decision.To ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);
            count = decision.To;
            if (count < step.Expect[0] || count > step.Expect[1])
                yield return $"{Id}, after {step.After} s: {step.Expect[0]} to {step.Expect[1]} are right, but it is {count}. {decision.Explain()}";
        }
    }

    private static ReplicaStatus Status(Step step, int count, ImmutableArray<Replica> members)
    {
        if (members.Length > 0)
        {
            var ready = members.Count(m => m.Readiness == ReplicaReadiness.Ready);
            return new() { Desired = count, Ready = ready, Unready = members.Length - ready, Existing = members.Length, Members = members };
        }

        if (step.Replicas is not { } told) return ReplicaStatus.AllReady(count);
        var status = new ReplicaStatus { Desired = count, Ready = told.Ready ?? 0, Starting = told.Starting ?? 0, Unready = told.Unready ?? 0 };
        return told.Existing is { } existing ? status with { Existing = existing } : status;
    }

    private static ImmutableArray<Replica> Members(Step step, DateTimeOffset now) =>
    [
        .. Each(step.Members).Select(m => new Replica
        {
            Name = m.Name,
            Phase = ReplicaPhase.Running,
            Readiness = m.Kind.ReadyFor is null ? ReplicaReadiness.NotReady : ReplicaReadiness.Ready,
            StartedAt = now.AddSeconds(-(m.Kind.Age ?? 3600)),
            ReadinessChangedAt = now.AddSeconds(-(m.Kind.ReadyFor ?? m.Kind.Age ?? 3600)),
        }),
    ];

    private static ServiceMetrics Metrics(Dictionary<string, double> values, string[] missing, DateTimeOffset now, Member[] members)
    {
        ImmutableArray<ReplicaReading> replicas = [.. Each(members).Select(m => new ReplicaReading(m.Name, m.Kind.Value, m.Kind.Request, now, TimeSpan.FromSeconds(15)))];
        return new(
        [
            .. values.Select((v, i) => MetricReading.Available(v.Key, v.Value, now, i == 0 ? replicas : [])),
            .. missing.Select(metric => MetricReading.Missing(metric, "the source returned no such metric")),
        ]);
    }

    private static IEnumerable<(string Name, Member Kind)> Each(Member[] members) =>
        members.SelectMany((kind, k) => Enumerable.Range(0, kind.N ?? 1).Select(i => ($"replica-{k}-{i}", kind)));

    internal sealed class Step
    {
        public required double After { get; init; }

        public Dictionary<string, double> Metrics { get; init; } = [];

        public string[] Missing { get; init; } = [];

        /// <summary>Somebody else set the count before the step.</summary>
        public int? Set { get; init; }

        public Counts? Replicas { get; init; }

        public Member[] Members { get; init; } = [];

        public required int[] Expect { get; init; }
    }

    internal sealed class Counts
    {
        public int? Ready { get; init; }

        public int? Starting { get; init; }

        public int? Unready { get; init; }

        public int? Existing { get; init; }
    }

    internal sealed class Member
    {
        public int? N { get; init; }

        public double? Age { get; init; }

        public double? ReadyFor { get; init; }

        public double? Value { get; init; }

        public double? Request { get; init; }
    }
}
