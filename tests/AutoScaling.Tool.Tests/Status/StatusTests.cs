using System.Text.Json.Nodes;

namespace AutoScaling.Tool.Tests.Status;

public sealed class StatusTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScalingPolicy Web = PolicyDocument.ParseYaml("policies: [ { service: web, max: 20, cpuTarget: 70 } ]")[0];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Status_OfALog_TellsTheLastOfEachTarget()
    {
        var records = new[] { Record(50, Noon), Record(83.1, Noon.AddMinutes(1)) };
        using (var log = new DecisionLog(_folder.At("decisions.jsonl")))
        {
            foreach (var record in records) log.OnEvaluated(record);
        }

        var (exitCode, output, errors) = await Tool.Run("status", _folder.At("decisions.jsonl"));
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(
            $"""
            TARGET  READY  WANTED  RANGE  OUTCOME  HELD BACK BY  UNTIL  AT
            web     4      6       1-20   applied  -             -      2026-01-01 12:01:00Z
              {records[1].Explain()}

            """,
            output);
    }

    [Fact]
    public async Task Status_LastScalingFailed_IsExitCode1()
    {
        using (var log = new DecisionLog(_folder.At("decisions.jsonl")))
            log.OnEvaluated(Record(83.1, Noon) with { Outcome = ScaleOutcome.Failed("the server is away") });
        Assert.Equal(1, (await Tool.Run("status", _folder.At("decisions.jsonl"))).ExitCode);
    }

    [Fact]
    public async Task Status_OfAStateFile_TellsWhatIsRememberedAndWhoHoldsIt()
    {
        var state = Record(83.1, Noon).Next.WithOverride(ScalingOverride.Hold(5, Noon, reason: "sale", by: "ann"));
        using (var store = new FileStateStore(_folder.At("state.json")))
        {
            await store.SaveAsync(new Dictionary<string, ScalingState> { ["web"] = state }, Stop);

            // The host still runs, and has the file.
            var (exitCode, output, errors) = await Tool.Run("status", _folder.At("state.json"), "--format", "json");
            Assert.Equal((0, ""), (exitCode, errors));
            var line = Assert.Single(JsonNode.Parse(output)!["targets"]!.AsArray())!;
            Assert.Equal(("web", 6), ((string)line["target"]!, (int)line["wanted"]!));
            Assert.Equal(state.Override!.ToString(), (string)line["override"]!);
            Assert.Equal(Noon, (DateTimeOffset)line["at"]!);
        }
    }

    [Fact]
    public async Task Status_OneServiceOfALog_TellsItsLastDecisionsNewestFirst()
    {
        ScalingRecord[] records = [.. Enumerable.Range(0, 12).Select(minute => Record(50 + minute, Noon.AddMinutes(minute)))];
        using (var log = new DecisionLog(_folder.At("decisions.jsonl")))
        {
            foreach (var record in records) log.OnEvaluated(record);
        }

        var (_, output, _) = await Tool.Run("status", _folder.At("decisions.jsonl"), "--service", "web", "--format", "json");
        var recent = JsonNode.Parse(output)!["targets"]![0]!["recent"]!.AsArray();
        Assert.Equal(records.Reverse().Take(10).Select(r => r.Explain()), recent.Select(r => (string)r!["explanation"]!));
    }

    [Fact]
    public Task Status_NeitherFileNorHost_IsTold() =>
        Tool.AssertWrong(["status"], "There is nothing to read: name a FILE, a host with --url URL, or a cluster with --context NAME.");

    [Fact]
    public Task Status_FileAndHost_IsTold() => Tool.AssertWrong(
        ["status", "log.jsonl", "--url", "http://127.0.0.1/"], "FILE, --url and --context name several places, but one is read at a time: leave the others out.");

    [Fact]
    public async Task Status_OtherService_IsTold()
    {
        using (var log = new DecisionLog(_folder.At("decisions.jsonl"))) log.OnEvaluated(Record(50, Noon));
        await Tool.AssertWrong(["status", _folder.At("decisions.jsonl"), "--service", "db"], $"'{_folder.At("decisions.jsonl")}' says nothing of 'db'.");
    }

    [Fact]
    public Task Status_NoFile_IsTold() => Tool.AssertWrong(["status", "missing.jsonl"], "Status file 'missing.jsonl' does not exist.");

    [Fact]
    public async Task Status_NeitherLogNorState_IsTold()
    {
        var (exitCode, output, errors) = await Tool.Run("status", _folder.Write("web.yaml", "policies: []"));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"Status file '{_folder.At("web.yaml")}' is neither a decision log nor a state file: ", errors, StringComparison.Ordinal);
    }

    private static ScalingRecord Record(double cpu, DateTimeOffset now)
    {
        var seen = new ScalingObservation { Replicas = ReplicaStatus.AllReady(4), Metrics = ServiceMetrics.Of(now, cpu: cpu) };
        var decision = ScalingDecisionEngine.Decide(Web, ScalingState.New, seen, now);
        return new()
        {
            Target = Web.Target,
            At = now,
            Policy = Web,
            State = ScalingState.New,
            Observation = seen,
            Decision = decision,
            Outcome = ScaleOutcome.Applied,
            Next = ScalingState.New.After(decision, ScaleOutcome.Applied),
        };
    }
}
