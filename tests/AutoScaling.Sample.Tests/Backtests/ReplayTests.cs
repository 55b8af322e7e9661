using System.Text.Json.Nodes;

namespace AutoScaling.Sample.Tests.Backtests;

public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replay_LogOfARun_ComesOutIdenticalUntilItIsTamperedWith()
    {
        Assert.Equal(0, (await Executable.RunSample("--simulated", "--duration", "6s", "--output", _folder.Path)).ExitCode);
        var log = _folder.At("decisions.jsonl");
        var lines = File.ReadAllLines(log);

        var (exitCode, output, errors) = await Executable.RunSample("replay", log);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal($"{lines.Length} records read, {lines.Length} decisions made again.\nEvery decision came out identical.\n", output);

        var last = JsonNode.Parse(lines[^1])!;
        var to = (int)last["decision"]!["to"]!;
        last["decision"]!["to"] = to + 1;
        lines[^1] = last.ToJsonString();
        File.WriteAllLines(log, lines);

        (exitCode, output, errors) = await Executable.RunSample("replay", log);
        Assert.Equal((1, ""), (exitCode, errors));
        Assert.Contains($"\nThe first difference is in line {lines.Length}, of '{last["target"]}' at ", output, StringComparison.Ordinal);
        Assert.Contains("\nLogged:   ", output, StringComparison.Ordinal);
        Assert.Contains("\nDecided:  ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_EmptyLog_HasNothingToCompare()
    {
        var (exitCode, output, errors) = await Executable.RunSample("replay", _folder.Write("empty.jsonl", ""));
        Assert.Equal((0, "0 records read, 0 decisions made again.\nThere was nothing to compare.\n", ""), (exitCode, output, errors));
    }

    [Fact]
    public Task Replay_NoLog_IsToldInASentence() => Executable.AssertWrong(["replay", "missing.jsonl"], "Decision log 'missing.jsonl' does not exist.");

    [Fact]
    public Task Replay_NothingNamed_TakesTheLogOfTheLastRun() => Executable.AssertWrong(["replay"], $"Decision log '{Path.Combine("autoscaling-sample-output", "decisions.jsonl")}' does not exist.");

    [Fact]
    public Task Replay_BrokenLog_NamesTheLine() => Executable.AssertWrong(
        ["replay", _folder.Write("broken.jsonl", "null\n")], $"The line 1 of '{_folder.At("broken.jsonl")}' cannot be read: it is null");
}
