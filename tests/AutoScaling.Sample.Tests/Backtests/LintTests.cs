namespace AutoScaling.Sample.Tests.Backtests;

public sealed class LintTests : IDisposable
{
    // At 60 % of CPU the one rule asks for more, and the other for fewer.
    private const string Flapping = """
        policies:
          - service: web
            min: 2
            max: 20
            rules:
              - { type: step, metric: cpu, steps: [ { below: 70, change: -1 } ] }
              - { type: step, metric: cpu, steps: [ { from: 50, change: 1 } ] }
            behavior:
              scaleUp: { cooldown: 5s }
              scaleDown: { cooldown: 5s }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lint_BadPolicy_TellsEachTrapInALine()
    {
        var file = _folder.Write("web.yaml", Flapping);
        var (exitCode, output, errors) = await Executable.RunSample("lint", "--policy", file, "--start-delay", "2m", "--interval", "15s");

        Assert.Equal((1, ""), (exitCode, errors));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length >= 2, output);
        Assert.All(lines[..^1], line => Assert.Matches(@"^.+web\.yaml: web: \S+: .+ \[[a-z-]+\]$", line));
        Assert.Equal($"{lines.Length - 1} trap{(lines.Length == 2 ? "" : "s")} found in 1 policy.", lines[^1]);
    }

    [Fact]
    public async Task Lint_GoodPolicy_FindsNothing()
    {
        var (exitCode, output, errors) = await Executable.RunSample("lint", "--policy", _folder.Write("web.yaml", "policies: [ { service: web, min: 3, max: 10, cpuTarget: 70 } ]"));
        Assert.Equal((0, "Nothing found in 1 policy.\n", ""), (exitCode, output, errors));
    }

    [Fact]
    public Task Lint_NoFile_IsToldInASentence() => Executable.AssertWrong(["lint", "--policy", "missing.yaml"], "Policy file 'missing.yaml' does not exist.");

    [Fact]
    public Task Lint_NoSuchService_IsToldInASentence() => Executable.AssertWrong(["lint", "--service", "web"], "There is no policy of 'web': the policies are of 'worker'.");
}
