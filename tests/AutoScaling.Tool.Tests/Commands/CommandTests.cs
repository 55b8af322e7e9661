using System.Diagnostics;
using System.Text.Json.Nodes;
using Json.Schema;

namespace AutoScaling.Tool.Tests.Commands;

public sealed class CommandTests
{
    [Fact]
    public async Task Schema_IsWhatTheLibraryHas()
    {
        var (exitCode, output, errors) = await Tool.Run("schema");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(PolicyDocument.Schema().Trim(), output.Trim());
        var schema = JsonSchema.FromText(output);
        Assert.True(schema.Evaluate(JsonNode.Parse("""{ "policies": [ { "service": "web", "cpuTarget": 70 } ] }""")).IsValid);
        Assert.False(schema.Evaluate(JsonNode.Parse("""{ "policies": [ { "service": "web", "cpuTarget": true } ] }""")).IsValid);
    }

    [Theory]
    [InlineData("autoscaling li", "lint")]
    [InlineData("autoscaling lint --format s", "sarif")]
    [InlineData("autoscaling lint --fail-on ", "error warning")]
    [InlineData("autoscaling completion z", "zsh")]
    public async Task Completion_OfBash_OffersWhatFits(string line, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bash is tested on Linux only.");
        var words = line.Split(' ');
        var quoted = string.Join(' ', words.Select(w => $"'{w}'"));
        var script = $"""
            autoscaling() {"{"} '{Path.Combine(AppContext.BaseDirectory, "AutoScaling.Tool")}' "$@"; {"}"}
            source <(autoscaling completion bash)
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_CWORD={words.Length - 1}
            COMP_WORDS=({quoted})
            _autoscaling
            echo "${"{"}COMPREPLY[@]{"}"}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }

    [Theory]
    [InlineData("zsh", "compdef _autoscaling autoscaling")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName autoscaling")]
    public async Task Completion_OfOtherShells_RegistersItself(string shell, string line)
    {
        var (exitCode, output, errors) = await Tool.Run("completion", shell);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Fact]
    public Task Completion_OfAnUnknownShell_IsTold() => Tool.AssertWrong(["completion", "fish"], "SHELL must be bash, zsh or pwsh, but is 'fish'.");

    [Fact]
    public Task Backtest_NoLoad_IsTold() => Tool.AssertWrong(
        ["backtest", "--no-policies"], "There is no load to try policies on: add --load FILE, or --prometheus URL.");

    [Fact]
    public Task Backtest_NoPolicy_IsTold() => Tool.AssertWrong(["backtest"], "There is no policy to look at: name a file with --policy FILE.");

    [Fact]
    public Task Replay_NoLog_IsTold() => Tool.AssertWrong(["replay"], "Required argument 'LOG' missing for command: 'replay'.");
}
