using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AutoScaling.Sample.Tests;

/// <summary>Whole runs of the built sample, with real workers.</summary>
public sealed partial class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Real processes are tested on Linux only.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ToItsEnd_ServesTheLoadAndLeavesFilesButNoWorker()
    {
        // Long enough for a worker to start on a machine that has much else to do.
        var (exitCode, output, errors) = await Executable.RunSample("--duration", "15s", "--peak", "30", "--output", _folder.Path);

        Assert.Equal((0, ""), (exitCode, errors));
        var load = Load().Match(output);
        Assert.True(load.Success, output);
        var (arrived, served) = (Number(load, "arrived"), Number(load, "served"));
        Assert.InRange(served, 1, arrived);
        Assert.Contains("Waiting  p50 ", output, StringComparison.Ordinal);
        Assert.Contains("Scaling  worker: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        AssertNoWorkerLeft();

        var records = DecisionLog.Read(_folder.At("decisions.jsonl")).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, r => Assert.Equal("worker", r.Target.Name));
        Assert.Contains(records, r => r.Observation!.Metrics["queue@app"].Status == MetricStatus.Available);
        Assert.Contains(records, r => r.Observation!.Metrics["cpu"] is { Status: MetricStatus.Available, Value: > 0 });

        var plot = XDocument.Load(_folder.At("plot.svg"));
        Assert.Equal("svg", plot.Root!.Name.LocalName);
        Assert.Equal(5, plot.Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public async Task Run_CtrlC_PrintsTheSummaryAndLeavesNoWorker()
    {
        using var sample = new Executable("AutoScaling.Sample", "--duration", "10m", "--output", _folder.Path);
        await Executable.Until(() => Workers().Length > 0, "a worker runs");

        sample.Signal("INT");

        var (exitCode, output, errors) = await sample.End();
        Assert.Equal((130, ""), (exitCode, errors));
        Assert.Contains("jobs arrived", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("plot.svg")));
        AssertNoWorkerLeft();
    }

    [Fact]
    public async Task Run_CtrlCTwice_LeavesNoWorkerEither()
    {
        using var sample = new Executable("AutoScaling.Sample", "--duration", "10m", "--output", _folder.Path);
        await Executable.Until(() => Workers().Length > 0, "a worker runs");

        sample.Signal("INT");
        // The second comes too late if the first has done its work; that is as well.
        sample.SignalIfItRuns("INT");

        Assert.Equal(130, (await sample.End()).ExitCode);
        await Executable.Until(() => !Workers().Any(IsAlive), "the workers are gone");
    }

    [Fact]
    public async Task Run_PolicyFileBrokenMeanwhile_TellsEveryErrorAndGoesOn()
    {
        var policies = _folder.Write("policies.yaml", "policies: [ { service: worker, max: 2, cpuTarget: 70 } ]");
        using var sample = new Executable("AutoScaling.Sample", "--duration", "10m", "--policy", policies, "--output", _folder.At("output"));
        await Executable.Until(() => sample.Output.Length > 0, "the run has begun");

        File.WriteAllText(policies, "policies: [ { service: worker, max: 0, cpuTarget: -70 } ]");

        await Executable.Until(() => sample.Output.Contains("CpuTarget must be more than 0, but is -70.", StringComparison.Ordinal), "the errors are told");
        Assert.Contains("The policies stay as they were: ", sample.Output, StringComparison.Ordinal);
        Assert.Contains("Max must be at least Min (1), but is 0.", sample.Output, StringComparison.Ordinal);
        sample.Signal("TERM");
        Assert.Equal(143, (await sample.End()).ExitCode);
    }

    [Fact]
    public async Task Run_SameSeed_MakesTheSameJobs()
    {
        var trace = _folder.Write("load.csv", "time_s,load\n0,20\n3600,40\n");
        string[] run = ["--duration", "2s", "--load", trace, "--speed-up", "3600", "--seed", "7", "--output"];
        var runs = await Task.WhenAll(Executable.RunSample([.. run, _folder.At("a")]), Executable.RunSample([.. run, _folder.At("b")]));

        var arrived = runs.Select(r => Number(Load().Match(r.Output), "arrived")).ToList();
        Assert.Equal(arrived[0], arrived[1]);
        Assert.InRange(arrived[0], 30, 90); // 20 + 40 are expected
    }

    [Fact]
    public async Task Run_Simulated_ScalesServicesWithoutProcesses()
    {
        var (exitCode, output, errors) = await Executable.RunSample("--simulated", "--duration", "6s", "--output", _folder.Path);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(["api", "orders", "search", "web"], DecisionLog.Read(_folder.At("decisions.jsonl")).Select(r => r.Target.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("Scaling  web: ", output, StringComparison.Ordinal);

        // A file has any width: what is cut there is lost.
        Assert.DoesNotContain("…", output, StringComparison.Ordinal);
        Assert.Empty(Workers());
    }

    [Fact]
    public async Task Run_RelativePaths_StartFromTheFolderThatItIsStartedIn()
    {
        _folder.Write("mine.yaml", "policies: [ { service: web, cpuTarget: 70 } ]");
        using var sample = new Executable(
            "AutoScaling.Sample", _folder.Path, ["--simulated", "--duration", "2s", "--policy", "mine.yaml", "--output", "results"]);
        var (exitCode, _, errors) = await sample.End();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(DecisionLog.Read(_folder.At("results/decisions.jsonl")), r => Assert.Equal("web", r.Target.Name));
    }

    [Fact]
    public async Task QuickStart_CtrlC_HasExplainedItsDecisionsAndEnds()
    {
        using var quickStart = new Executable("AutoScaling.QuickStart");
        await Executable.Until(() => quickStart.Output.Length > 0, "a decision is explained");

        // It ends after ten seconds by itself.
        quickStart.SignalIfItRuns("INT");

        var (exitCode, output, errors) = await quickStart.End();
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("web ", line, StringComparison.Ordinal));
    }

    /// <summary>What a newcomer sees first is scaling, not a cooldown.</summary>
    [Fact]
    public async Task QuickStart_ToItsEnd_HasScaledSeveralTimesUpAndDown()
    {
        using var quickStart = new Executable("AutoScaling.QuickStart");
        var (exitCode, output, errors) = await quickStart.End();

        Assert.Equal((0, ""), (exitCode, errors));
        var changes = Change().Matches(output).Select(m => Number(m, "to") - Number(m, "from")).ToList();
        Assert.InRange(changes.Count, 3, 10);
        Assert.Contains(changes, c => c > 0);
        Assert.Contains(changes, c => c < 0);
        Assert.DoesNotContain("cooldown", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Scheduler_CtrlC_HasExplainedItsDecisionsAndSavedItsState()
    {
        using var scheduler = new Executable("AutoScaling.Scheduler", _folder.At("state.json"));
        await Executable.Until(() => scheduler.Output.Length > 0, "a decision is explained");

        // It ends after ten seconds by itself.
        scheduler.SignalIfItRuns("INT");

        var (exitCode, output, errors) = await scheduler.End();
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("web ", line, StringComparison.Ordinal));
        using var saved = new FileStateStore(_folder.At("state.json"));
        Assert.NotNull(await saved.LoadAsync("web", TestContext.Current.CancellationToken));
    }

    private void AssertNoWorkerLeft()
    {
        var workers = Workers();
        Assert.NotEmpty(workers);
        Assert.All(workers, id => Assert.False(IsAlive(id), $"Worker {id} is still there."));
        Assert.DoesNotContain("was killed", File.ReadAllText(_folder.At("log.txt")), StringComparison.Ordinal);
    }

    /// <summary>The workers that were started so far, from the log.</summary>
    private int[] Workers() =>
        File.Exists(_folder.At("log.txt")) ? [.. Started().Matches(File.ReadAllText(_folder.At("log.txt"))).Select(m => Number(m, "id"))] : [];

    /// <summary>Whether a process runs; one that has ended and that nobody has waited for yet does not.</summary>
    private static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Load +(?<arrived>\d+) jobs arrived, (?<served>\d+) served", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Load();

    [GeneratedRegex(@"web goes from (?<from>\d+) to (?<to>\d+) replica", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Change();

    [GeneratedRegex(@"runs as process (?<id>\d+)\.", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Started();
}
