using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoScaling.Simulation.Tests.Loads;

namespace AutoScaling.Sample.Tests.Backtests;

/// <summary>Whole backtests of the built sample.</summary>
public sealed partial class BacktestTests : IDisposable
{
    private const string Hour = "time_s,load\n0,20\n900,60\n1800,90\n2700,30\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Backtest_WithoutOptions_ScoresTheShippedPoliciesOnTheShippedLoads()
    {
        var (exitCode, output, errors) = await RunBacktest();

        Assert.Equal((0, ""), (exitCode, errors));
        string[] words = ["day", "shop", "static mean", "static peak", "clairvoyant", "HPA 70%", "HPA 50%", "threshold", "tracking", "steps", "planned", "responsive"];
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
        Assert.Contains("\n20 backtests on 2 loads took ", output, StringComparison.Ordinal);
    }

    /// <summary>The first report that a newcomer sees must not say: use the HPA.</summary>
    [Fact]
    public async Task Backtest_WithoutOptions_ShippedPoliciesDoNotLoseToTheHpa()
    {
        Assert.Equal(0, (await RunBacktest("--output", _folder.At("shipped"))).ExitCode);
        var traces = JsonNode.Parse(File.ReadAllText(_folder.At("shipped/report.json")))!["traces"]!.AsArray();
        Assert.Equal(2, traces.Count);
        foreach (var trace in traces)
        {
            var scores = trace!["runs"]!.AsArray().ToDictionary(r => (string)r!["candidate"]!, r => (double)r!["j"]!);
            Assert.All((string[])["tracking", "steps", "planned", "responsive"], policy => Assert.InRange(scores[policy], 1, scores["HPA 70%"]));
            Assert.Empty(trace["notes"]!.AsArray());
        }
    }

    [Fact]
    public async Task Backtest_RangeTooSmallForTheCapacityGiven_SaysSo()
    {
        var policy = _folder.Write("small.yaml", "policies: [ { service: small, max: 10, rules: [ { type: targetTracking, metric: cpu, target: 70 } ] } ]");
        string[] run = ["--load", _folder.Write("hour.csv", Hour), "--policy", policy, "--no-baselines"];
        Assert.DoesNotContain("is at its maximum", (await RunBacktest(run)).Output, StringComparison.Ordinal);
        Assert.Contains(
            "  small is at its maximum of 10 replicas ", (await RunBacktest([.. run, "--capacity", "5"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_Output_WritesTheSameFilesEveryTime()
    {
        string[] run = ["--load", _folder.Write("hour.csv", Hour), "--start-delay", "30s..90s", "--seed", "7", "--sweep", "rules[0].target=50..70..10", "--service", "tracking", "--output"];
        var runs = await Task.WhenAll(RunBacktest([.. run, _folder.At("a")]), RunBacktest([.. run, _folder.At("b")]));

        Assert.All(runs, r => Assert.Equal((0, ""), (r.ExitCode, r.Errors)));
        string[] files = ["report.html", "report.json", "report.csv"];
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_folder.At($"a/{file}")), File.ReadAllBytes(_folder.At($"b/{file}"))));
        Assert.Contains("rules[0].target", runs[0].Output, StringComparison.Ordinal);
        Assert.EndsWith($"Written  {_folder.At("a/report.html")}, and the same as JSON and CSV beside it\n", runs[0].Output, StringComparison.Ordinal);
        Assert.IsType<JsonObject>(JsonNode.Parse(File.ReadAllText(_folder.At("a/report.json"))));
    }

    [Fact]
    public async Task Backtest_OptionsOfLoads_AreTaken()
    {
        var load = _folder.Write("export.csv", "Zeit;web;api\n02.03.2026 12:00;1,5;20\n02.03.2026 12:15;;60\n02.03.2026 12:30;2,5;90\n");
        string[] run = ["--load", load, "--no-policies", "--column", "web", "--time-zone", "Europe/Berlin", "--fill"];
        Assert.StartsWith("export: from 2026-03-02 11:00:00 UTC, 45m ", (await RunBacktest([.. run, "zero"])).Output, StringComparison.Ordinal);
        Assert.Equal(
            $"Load trace '{load}', line 3: a sample is missing at 2026-03-02 11:15:00Z: fill gaps with the last value or with 0.\n",
            (await RunBacktest([.. run, "fail"])).Errors);

        var hour = await RunBacktest("--load", _folder.Write("hour.csv", Hour), "--service", "planned", "--no-baselines");
        Assert.Contains("  planned has a schedule, but the times of hour are no dates: it is supposed to begin on Monday 2024-01-01 00:00 UTC. ", hour.Output, StringComparison.Ordinal);
        var dated = await RunBacktest("--load", _folder.Write("hour.csv", Hour), "--service", "planned", "--no-baselines", "--start", "2026-03-02T12:00+01:00");
        Assert.StartsWith("hour: from 2026-03-02 11:00:00 UTC", dated.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a schedule", dated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_Prometheus_QueriesTheLoadOnceAndThenNeedsNoServer()
    {
        string[] options = ["--query", "sum(rate(x[2m]))", "--from", "2d", "--step", "30", "--no-policies", "--cache", _folder.At("load.json")];
        string address;
        using (var server = new LoopbackServer(Answer))
        {
            address = server.Url.AbsoluteUri;
            var (exitCode, output, errors) = await RunBacktest(["--prometheus", address.Replace("http://", "http://me:pass%20word@", StringComparison.Ordinal), .. options, "--output", _folder.At("report")]);
            Assert.Equal((0, "The server warns: it is partial.\n"), (exitCode, errors));
            Assert.StartsWith("sum(rate(x[2m])): from ", output, StringComparison.Ordinal);
            Assert.Contains(", 2d 30s in steps of 15s, ", output, StringComparison.Ordinal);
            Assert.Equal("Basic " + Convert.ToBase64String("me:pass word"u8), Assert.Single(server.Asked)["Authorization"]);
            Assert.DoesNotContain("pass", File.ReadAllText(_folder.At("report/report.json")), StringComparison.Ordinal);
        }

        Assert.Equal((0, ""), (await RunBacktest(["--prometheus", address, .. options])) is var second ? (second.ExitCode, second.Errors) : default);
        var refused = await RunBacktest(["--prometheus", address, .. options, "--to", "12h"]);
        Assert.Equal((0, ""), (refused.ExitCode, refused.Errors));
        var reached = await RunBacktest(["--prometheus", address, .. options, "--to", "2026-03-02"]);
        Assert.Equal(1, reached.ExitCode);
        Assert.StartsWith($"{address} cannot be reached: ", reached.Errors, StringComparison.Ordinal);

        static (int Status, string Body) Answer(IReadOnlyDictionary<string, string> form)
        {
            var (start, end) = (long.Parse(form["start"], CultureInfo.InvariantCulture), long.Parse(form["end"], CultureInfo.InvariantCulture));
            var samples = string.Join(',', Enumerable.Range(0, (int)((end - start) / 30) + 1).Select(i => $"[{start + (i * 30)},\"{5 + (i % 7)}\"]"));
            return (200, $$$"""{"status":"success","warnings":["it is partial"],"data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{samples}}}]}]}}""");
        }
    }

    [Fact]
    public async Task Backtest_EveryOptionOfTheModel_IsTaken()
    {
        var (exitCode, output, errors) = await RunBacktest(
            "--load", _folder.Write("hour.csv", Hour), "--no-policies", "--baseline", "HPA 70%", "--capacity", "10", "--objective", "0.7", "--start-delay", "2m", "--warm-up", "30s", "--timeout", "5",
            "--drain", "10s", "--scrape", "30s", "--window", "1m", "--lag", "15s", "--initial-delay", "30s", "--concurrency", "4", "--latency-objective", "250ms", "--interval", "15s", "--step", "5s",
            "--warm-up-share", "0", "--metric", "memory=40", "cpu=utilization");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("HPA 70%", output, StringComparison.Ordinal);
        Assert.DoesNotContain("tracking", output, StringComparison.Ordinal);
        Assert.Contains("\n6 backtests on 1 load took ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_ServicesAndLoadsOfOneName_AreToldApartByTheirFiles()
    {
        const string Policies = "policies: [ { service: web, max: 40, cpuTarget: 60 } ]";
        var (first, second) = (_folder.Write("first.yaml", Policies), _folder.Write("second.yaml", Policies));
        Directory.CreateDirectory(_folder.At("one"));
        Directory.CreateDirectory(_folder.At("two"));
        _folder.Write("one/hour.csv", Hour);
        _folder.Write("two/hour.csv", Hour);

        var (exitCode, output, errors) = await RunBacktest("--no-baselines", "--policy", first, second, "--load", _folder.At("one"), "--load", _folder.At("two/hour.csv"));

        Assert.Equal((0, ""), (exitCode, errors));
        string[] names = ["web (first)", "web (second)", _folder.At("one/hour.csv"), _folder.At("two/hour.csv")];
        Assert.All(names, name => Assert.Contains(name, output, StringComparison.Ordinal));
        Assert.Contains("\n4 backtests on 2 loads took ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_DecisionLogOfARun_IsALoad()
    {
        Assert.Equal(0, (await Executable.RunSample("--simulated", "--duration", "6s", "--output", _folder.Path)).ExitCode);

        string[] backtest = ["--load", _folder.At("decisions.jsonl"), "--no-baselines", "--policy", _folder.Write("web.yaml", "policies: [ { service: frontend, interval: 1s, cpuTarget: 60 } ]")];
        await Executable.AssertWrong(["backtest", .. backtest], $"Load trace '{_folder.At("decisions.jsonl")}': A load must be of one target, but the records are of 'api', 'orders', 'search', 'web': name the one.");
        var (exitCode, output, errors) = await RunBacktest([.. backtest, "--load-service", "web", "--load-metric", "cpu", "--capacity", "100"]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("web cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_CtrlC_EndsEarlyWithoutAResult()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are tested on Linux only.");

        // A month, many times: far longer than this test has patience for.
        using var sample = new Executable(
            "AutoScaling.Sample", "backtest", "--load", _folder.Write("month.csv", "time_s,load\n0,20\n1296000,60\n"), "--service", "tracking", "--sweep", "max=2..500..1", "--output", _folder.At("output"));
        await Executable.Until(() => Directory.Exists(_folder.At("output")), "the backtest has begun");

        sample.Signal("INT");

        var (exitCode, output, errors) = await sample.End();
        Assert.Equal((130, ""), (exitCode, output));
        Assert.EndsWith("The backtest was stopped before its end, and has no result.\n", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.At("output")));
    }

    /// <summary>Runs backtests to their end; what was said of how far they have come, which depends on the machine, is left out.</summary>
    private static async Task<(int ExitCode, string Output, string Errors)> RunBacktest(params string[] arguments)
    {
        var (exitCode, output, errors) = await Executable.RunSample(["backtest", .. arguments]);
        return (exitCode, output, Progress().Replace(errors, ""));
    }

    [GeneratedRegex(@"^\d+ of \d+ backtests are done \(\d+ %\)\.\n", RegexOptions.Multiline, 60_000)]
    private static partial Regex Progress();
}
