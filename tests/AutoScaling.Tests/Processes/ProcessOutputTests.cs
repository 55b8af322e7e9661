using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Tests.Processes;

public sealed class ProcessOutputTests : ProcessTest
{
    [Fact]
    public async Task Output_Log_TurnsBothStreamsIntoDebugEntries()
    {
        await using var scaler = Scaler(Shell("echo out; echo err >&2; exec sleep 1000") with { Output = ProcessOutput.Log });
        await Scale(scaler, 0, 1);

        await Until(() => Sentences(LogLevel.Debug) is var lines && lines.Contains("web-0: out") && lines.Contains("web-0: err"), "both lines are logged");
    }

    [Fact]
    public async Task Output_LogOfMoreThanAPipeHolds_DoesNotHoldTheWorkerUp()
    {
        await using var scaler = Scaler(Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo all > all; exec sleep 1000") with { Output = ProcessOutput.Log });
        await Scale(scaler, 0, 1);

        await TextOf("all");
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one\r\ntwo\n\nthree", new[] { "web-0: one", "web-0: two", "web-0: ", "web-0: three" })]
    public void Pump_Text_LogsItLineByLine(string text, string[] expected)
    {
        OutputPump.Pump("web-0", new StringReader(text), Logger);
        Assert.Equal(expected, Sentences(LogLevel.Debug));
    }

    [Fact]
    public void Pump_LineThatDoesNotEnd_IsCut()
    {
        OutputPump.Pump("web-0", new StringReader(new string('x', 5000) + "\nnext\n"), Logger);
        Assert.Equal([$"web-0: {new string('x', 4096)}", $"web-0: {new string('x', 904)}", "web-0: next"], Sentences(LogLevel.Debug));
    }

    [Fact]
    public async Task Start_Always_GivesTheWorkerNothingOfTheHostsButWhatItShouldHave()
    {
        var odd = ImmutableDictionary<string, string>.Empty.Add("Logging:Level", "a b").Add("PLAIN", "1");
        await using var scaler = Scaler(Sleeper with { Environment = odd });
        await Scale(scaler, 0, 1);
        var id = Assert.Single(Ids(scaler));
        await UntilTheyRun(scaler, "sleep");
        Assert.Equal("1000", File.ReadAllText($"/proc/{id}/cmdline").Split('\0')[1]);

        var environment = File.ReadAllText($"/proc/{id}/environ").Split('\0');
        Assert.Contains("Logging:Level=a b", environment);
        Assert.Contains("PLAIN=1", environment);
        Assert.Contains("AUTOSCALING_REPLICA=web-0", environment);
        Assert.Equal(["/dev/null", "/dev/null", "/dev/null"], Enumerable.Range(0, 3).Select(fd => new FileInfo($"/proc/{id}/fd/{fd}").LinkTarget));
        Assert.Equal(Folder, new FileInfo($"/proc/{id}/cwd").LinkTarget);
    }
}
