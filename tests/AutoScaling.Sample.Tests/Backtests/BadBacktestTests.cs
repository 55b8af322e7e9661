namespace AutoScaling.Sample.Tests.Backtests;

/// <summary>Whatever is wrong with a backtest is told before anything runs.</summary>
public sealed class BadBacktestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--load missing.csv", "Load trace 'missing.csv' does not exist.")]
    [InlineData("--policy missing.yaml", "Policy file 'missing.yaml' does not exist.")]
    [InlineData("--policy policies.txt", "Policy file must end in .json, .yaml or .yml, but is 'policies.txt'.")]
    [InlineData("--service web", "There is no policy of 'web': the policies are of 'tracking', 'steps', 'planned', 'responsive'.")]
    [InlineData("--no-policies --no-baselines", "There is nothing to try: leave out --no-policies or --no-baselines.")]
    [InlineData("--no-baselines --baseline threshold", "--baseline must be one of 'tracking', 'steps', 'planned', 'responsive', but is 'threshold'.")]
    [InlineData("--output /dev/null", "Output folder '/dev/null' is a file, not a folder.")]
    [InlineData("--capacity 0", "--capacity must be a number more than 0, but is '0'.")]
    [InlineData("--objective 1.5", "--objective must be a number more than 0 and at most 1, but is '1.5'.")]
    [InlineData("--start-delay -1s", "--start-delay must be a time from 0s to 24h, such as 60, 90s or 2m, or a median and a 95th percentile that is no less, such as 60s..180s, but is '-1s'.")]
    [InlineData("--start-delay 60..30", "--start-delay must be a time from 0s to 24h, such as 60, 90s or 2m, or a median and a 95th percentile that is no less, such as 60s..180s, but is '60..30'.")]
    [InlineData("--start-delay 1..2..3", "--start-delay must be a time from 0s to 24h, such as 60, 90s or 2m, or a median and a 95th percentile that is no less, such as 60s..180s, but is '1..2..3'.")]
    [InlineData("--scrape 0", "--scrape must be a time from 1s to 24h, such as 60, 90s or 2m, but is '0'.")]
    [InlineData("--latency-objective 0", "--latency-objective must be a time from 1ms to 24h, such as 60, 90s or 2m, but is '0'.")]
    [InlineData("--concurrency 1.5", "--concurrency must be a whole number of at least 1, but is '1.5'.")]
    [InlineData("--warm-up-share 1", "--warm-up-share must be a number of at least 0 and less than 1, but is '1'.")]
    [InlineData("--seed -1", "--seed must be a whole number of at least 0, but is '-1'.")]
    [InlineData("--metric memory", "--metric must be NAME=utilization, NAME=arrivals, NAME=queue, NAME=concurrency or NAME=NUMBER, but is 'memory'.")]
    [InlineData("--metric =40", "--metric must be NAME=utilization, NAME=arrivals, NAME=queue, NAME=concurrency or NAME=NUMBER, but is '=40'.")]
    [InlineData("--metric memory=NaN", "--metric must be NAME=utilization, NAME=arrivals, NAME=queue, NAME=concurrency or NAME=NUMBER, but is 'memory=NaN'.")]
    [InlineData("--sweep max=5,6", "--sweep varies one policy, but there are 4 (tracking, steps, planned, responsive): choose one with --service NAME.")]
    [InlineData("--no-policies --sweep max=5,6", "--sweep needs a policy to vary: leave out --no-policies.")]
    [InlineData("--prometheus http://localhost:1", "--prometheus needs a query: add --query 'sum(rate(http_requests_total[2m]))'.")]
    [InlineData("--prometheus http://localhost:1 --query up", "--prometheus needs to know from when on: add --from 7d.")]
    [InlineData("--prometheus localhost:9090 --query up", "--prometheus must be an address such as http://prometheus:9090, but is 'localhost:9090'.")]
    [InlineData("--prometheus http://localhost:1 --query up --from noon", "--from must be a date such as 2026-03-02 or 2026-03-02T12:00Z, or a time before now such as 7d, 12h or 90m, but is 'noon'.")]
    [InlineData("--prometheus http://localhost:1 --query up --from 7d --token-file missing.txt", "Token file 'missing.txt' does not exist.")]
    [InlineData("--query up", "--query needs a server to ask: add --prometheus URL.")]
    [InlineData("--start yesterday", "--start must be a date such as 2026-03-02 or 2026-03-02T12:00+01:00, but is 'yesterday'.")]
    [InlineData("--fill none", "--fill must be last, zero or fail, but is 'none'.")]
    [InlineData("--time-zone Mars", "TimeZone must be the name of a time zone, such as Europe/Berlin, but is 'Mars'.")]
    [InlineData("--colour red", "Unrecognized command or argument '--colour'.", "Unrecognized command or argument 'red'.")]
    public Task Backtest_WrongOption_IsToldInASentence(string arguments, params string[] sentences) => AssertWrong(arguments.Split(' '), sentences);

    [Fact]
    public Task Load_SeveralBroken_AllAreTold() => AssertWrong(
        ["--load", _folder.Write("a.csv", "time_s,load\n0,1\n60,-1\n"), _folder.Write("b.csv", "")],
        $"Load trace '{_folder.At("a.csv")}', line 3: load must be at least 0, but is -1.",
        $"Load trace '{_folder.At("b.csv")}' is empty; its first line must be a header such as 'time_s,load'.");

    [Fact]
    public Task Load_FolderWithoutCsv_IsTold() => AssertWrong(["--load", _folder.Path], $"Load folder '{_folder.Path}' holds no file that ends in .csv.");

    [Fact]
    public Task Policy_OfAMetricThatTheModelDoesNotKnow_SaysHowToGiveIt() => AssertWrong(
        ["--policy", _folder.Write("web.yaml", "policies:\n  - service: web\n    rules: [ { type: targetTracking, metric: depth, kind: totalPerReplica, target: 5 } ]\n  - service: jobs\n    rules: [ { type: targetTracking, metric: lag@kafka, kind: totalPerReplica, target: 5 } ]\n")],
        "Policy 'web' reads the metric 'depth', which the model does not know: say what it shows with --metric depth=utilization|arrivals|queue|concurrency, or give it a constant value.",
        "Policy 'jobs' reads the metric 'lag@kafka', which the model does not know: say what it shows with --metric lag=utilization|arrivals|queue|concurrency, or give it a constant value.");

    [Fact]
    public Task Policy_Broken_NamesTheFile() => AssertWrong(
        ["--policy", _folder.Write("web.yaml", "policies: [ { service: web, min: 3, max: 2 } ]")],
        $"Policy file '{_folder.At("web.yaml")}': policies[0] (web): Max must be at least Min (3), but is 2.");

    private static Task AssertWrong(string[] arguments, params string[] sentences) => Executable.AssertWrong(["backtest", .. arguments], sentences);
}
