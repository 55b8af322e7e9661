using System.Text.Json.Nodes;
using CsCheck;

namespace AutoScaling.Tests.Policies;

/// <summary>20,000 texts that are almost what is read, the same ones every time: reading them ends in a value or in sentences, never in another exception.</summary>
public sealed class MutationTests
{
    private const int Each = 4000;

    // Stands for half of a surrogate pair, which no document can be written with.
    private const string Half = "half-of-a-pair";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Yaml = """
        version: 1
        defaults: { max: 50, scaleUpCooldown: 5m }
        policies:
          web: { <<: &d { min: 1, max: 20 }, cpuTarget: 70, interval: 15s, shadows: [ { name: calm, cpuTarget: 80 } ] }
          api:
            <<: *d
            behavior: { preset: kubernetes, scaleDown: { cooldown: 10m, rateLimits: [ { percent: 50, period: 1m } ] } }
            rules:
              - { type: targetTracking, metric: queue@orders, target: 60, kind: averageValue }
              - { type: step, metric: lag, steps: [ { below: 10, change: -1 }, { from: 90, percentChange: 50 } ] }
              - { type: schedule, start: "0 8 * * MON-FRI", end: "0 18 * * *", timeZone: Europe/Berlin, floor: 5 }
        """;

    private static readonly ScalingPolicy Policy = new()
    {
        Target = "web",
        Rules = [new TargetTrackingRule { Metric = "cpu", Target = 60 }, new ScheduleRule { Start = "0 8 * * *", End = "0 9 * * *", Replicas = 9 }],
        Shadows = [new() { Name = "calm", Policy = new() { Target = "web" } }],
    };

    // What stands where a value, a key or a part of a text did.
    private static readonly string[] Leaves =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "-0.0", "\"\"", "\" \"", "\"\\u0000\"", $"\"{Half}\"", "\"NaN\"", "\"9999-12-31T23:59:59.9999999+00:00\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"-10675199.02:48:05.4775808\"", "\"web\"", "[]", "{}", "[null]", "{\"\":null}", "[[[]]]", "2147483647", "-2147483648", "\"metrics\"", "\"kubernetes\"",
    ];

    private static readonly string[] Pieces =
        ["", "\n", "\t", "\0", ":", "- ", "[", "]", "{", "}", "\"", "'", ",", "*d", "&x", "<<: ", "!!str ", "|", ">", "%", "\ufeff", "\ud800", "\u202e", "null", "~", "1e999", "# ", "?", "\\", "@", "999999999d"];

    [Fact]
    public void ParseYaml_AlmostADocument_IsPoliciesOrSentences() => All(1, random => Slip(Yaml, random), text => PolicyDocument.ParseYaml(text));

    [Fact]
    public void ParseJson_AlmostADocument_IsPoliciesOrSentences()
    {
        var json = PolicyDocument.ToJson(PolicyDocument.ParseYaml(Yaml));
        All(2, random => Mutated(json, random), text => PolicyDocument.ParseJson(text));
    }

    [Fact]
    public void FromJson_AlmostAState_IsAStateOrASentence()
    {
        var json = Record(5).State.ToJson();
        var observation = Record(5).Observation!;
        All(3, random => Mutated(json, random), text => ScalingDecisionEngine.Decide(Policy, ScalingState.FromJson(text), observation, Start.AddMinutes(6)));
    }

    [Fact]
    public void FromJson_AlmostADecision_IsADecisionOrASentence()
    {
        var json = Record(5).Decision!.ToJson();
        All(4, random => Mutated(json, random), text => ScalingDecision.FromJson(text).Explain());
    }

    [Fact]
    public void Read_AlmostALineOfALog_IsARecordOrASentence()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "decisions.jsonl");
            using (var log = new DecisionLog(path)) log.OnEvaluated(Record(5));
            var line = File.ReadAllText(path);
            All(5, random => Mutated(line, random), text => new LogReader([]).Read(text, "line"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ScalingRecord Record(int minutes)
    {
        var state = ScalingState.New;
        for (var i = 0; ; i++)
        {
            var at = Start.AddMinutes(i);
            var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(4 + i), Metrics = ServiceMetrics.Of(at, 55 + (10 * i)) };
            var decision = ScalingDecisionEngine.Decide(Policy, state, observation, at);
            if (i == minutes) return new() { Target = "web", At = at, Policy = Policy, State = state, Observation = observation, Decision = decision };
            state = state.After(decision, ScaleOutcome.Applied);
        }
    }

    private static void All(uint seed, Func<PCG, string> make, Action<string> read)
    {
        var random = new PCG(seed, 42);
        for (var i = 0; i < Each; i++)
        {
            var text = make(random);
            try
            {
                read(text);
            }
            catch (ScalingException e)
            {
                if (e.Errors.Any(error => string.IsNullOrWhiteSpace(error) || error.Any(char.IsControl))) Assert.Fail($"No sentence: '{e.Message}'\n{text}");
            }
            catch (Exception e)
            {
                Assert.Fail($"{e}\n{text}");
            }
        }
    }

    private static string Mutated(string json, PCG random) => random.Next(4) == 0 ? Slip(json, random) : Tree(json, random);

    /// <summary>Changes a text in a few places.</summary>
    private static string Slip(string text, PCG random)
    {
        for (var slips = 1 + random.Next(3); slips > 0; slips--)
        {
            var at = (int)random.Next((uint)text.Length);
            var end = Math.Min(text.Length, at + (int)random.Next(8));
            text = text[..at] + Pieces[random.Next((uint)Pieces.Length)] + text[end..] + " ";
        }

        return text;
    }

    /// <summary>Changes a document in a few places, so that it stays one.</summary>
    private static string Tree(string json, PCG random)
    {
        var document = JsonNode.Parse(json)!;
        for (var changes = 1 + random.Next(2); changes > 0; changes--)
        {
            List<JsonNode> blocks = [];
            Collect(document, blocks);
            if (blocks.Count == 0) break;
            var leaf = JsonNode.Parse(Leaves[random.Next((uint)Leaves.Length)]);
            switch (blocks[(int)random.Next((uint)blocks.Count)])
            {
                case JsonObject block:
                    var key = block.ElementAt((int)random.Next((uint)block.Count)).Key;
                    if (random.Next(5) == 0) block.Remove(key);
                    else block[key] = leaf;
                    break;
                case JsonArray list:
                    list[(int)random.Next((uint)list.Count)] = leaf;
                    break;
            }
        }

        return document.ToJsonString().Replace(Half, @"\ud800", StringComparison.Ordinal);
    }

    private static void Collect(JsonNode? node, List<JsonNode> into)
    {
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) into.Add(node);
        foreach (var child in node switch { JsonObject block => block.Select(entry => entry.Value), JsonArray list => list, _ => [] }) Collect(child, into);
    }
}
