using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Commands;

/// <summary>Scaling by real programs.</summary>
public sealed class CommandScalerTests : CommandTest
{
    private string Count => At("count");

    /// <summary>A count in a file: read by cat, written by a script.</summary>
    private CommandScalerOptions Counted => new()
    {
        Replicas = ["cat", Count],
        Scale = [.. Script($"printf '%s %s\\n' \"$1\" \"$3\" >> '{At("calls")}'; echo \"$2\" > '{Count}'", "{target}", "{replicas}", "{from}")],
        Run = Patient,
    };

    [Fact]
    public async Task Scale_ByPrograms_ReadsAndWritesTheCount()
    {
        using var scaler = Scaler(Counted, "3");
        Assert.Equal(ReplicaStatus.AllReady(3), await scaler.GetReplicasAsync("web", Cancellation));
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 5, Cancellation));
        Assert.Equal(5, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal("web 3\n", await TextOf("calls"));
    }

    [Fact]
    public async Task Scale_ItHasAnotherCount_IsRejectedAndNothingIsRun()
    {
        using var scaler = Scaler(Counted, "4");
        Assert.Equal(ScaleOutcome.Rejected("it has 4 replicas, not 3"), await scaler.ScaleAsync("web", 3, 5, Cancellation));
        Assert.False(File.Exists(At("calls")));
    }

    [Fact]
    public async Task Scale_TheProgramSaysThatItFoundAnotherCount_IsRejected()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script("echo 'it is 4' >&2; exit 9")], RejectedExitCode = 9 }, "3");
        Assert.Equal(ScaleOutcome.Rejected("'/bin/sh' ended with exit code 9: it is 4"), await scaler.ScaleAsync("web", 3, 5, Cancellation));
    }

    [Fact]
    public async Task Scale_AnotherExitCodeThan0_FailsWithWhatItSaid()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script("echo out; printf 'no such service:\\n %s\\033[0m\\n' \"$1\" >&2; exit 3", "{target}")] }, "3");
        Assert.Equal(
            ScaleOutcome.Failed("'/bin/sh' ended with exit code 3: no such service: web\\u001B[0m"), await scaler.ScaleAsync("web", 3, 5, Cancellation));
    }

    [Fact]
    public async Task Scale_NoSuchProgram_FailsWithASentence()
    {
        using var scaler = Scaler(Counted with { Scale = ["no-such-program", "{replicas}"] }, "3");
        Assert.Equal(ScaleOutcome.Failed("the program 'no-such-program' is in no directory of PATH"), await scaler.ScaleAsync("web", 3, 5, Cancellation));
    }

    [Fact]
    public async Task Scale_NoSuchDirectory_FailsWithASentence()
    {
        using var scaler = Scaler(Counted with { Run = new() { WorkingDirectory = At("none") } }, "3");
        var outcome = await scaler.ScaleAsync("web", 3, 5, Cancellation);
        Assert.Equal("Failed: the count cannot be read: the system cannot start 'cat' (No such file or directory)", outcome.ToString());
    }

    [Fact]
    public async Task Scale_KilledBySomebody_IsDoubtful()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script("kill -9 $$")] }, "3");
        Assert.Equal(ScaleOutcome.Doubtful("'/bin/sh' was ended by signal 9"), await scaler.ScaleAsync("web", 3, 5, Cancellation));
    }

    [Fact]
    public async Task Scale_TakesTooLong_IsKilledWithItsChildrenAndDoubtful()
    {
        var time = new FakeTimeProvider();
        var hanging = Script($"echo still working >&2; sleep 1000 & sleep 1000 & echo $! > '{At("child")}'; wait");
        using var scaler = Scaler(Counted with { Scale = [.. hanging] }, "3", time);
        var scaling = scaler.ScaleAsync("web", 3, 5, Cancellation).AsTask();
        var child = await IdIn("child");
        Assert.True(IsAlive(child));
        time.Advance(Patient.Timeout);
        Assert.Equal(ScaleOutcome.Doubtful("'/bin/sh' did not end within its Timeout (5m), and was killed: still working"), await scaling);
        await UntilGone(child);
    }

    [Fact]
    public async Task Scale_NobodyWaitsAnyLonger_IsKilledAndDoubtful()
    {
        using var stop = new CancellationTokenSource();
        using var scaler = Scaler(Counted with { Scale = [.. Script($"echo $$ > '{At("id")}'; exec sleep 1000")] }, "3");
        var scaling = scaler.ScaleAsync("web", 3, 5, stop.Token).AsTask();
        var id = await IdIn("id");
        await stop.CancelAsync();
        Assert.Equal(ScaleOutcome.Doubtful("'/bin/sh' had not ended when the evaluation's time was over, and was killed"), await scaling);
        await UntilGone(id);
    }

    [Fact]
    public async Task Scale_LeavesAChildThatHoldsItsOutput_IsNotWaitedForAndTheChildLives()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script($"sleep 1000 & echo $! > '{At("child")}'")] }, "3");
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 5, Cancellation));
        var child = await IdIn("child");
        Assert.True(IsAlive(child));
        Posix.TrySignalProcess(child, Posix.Kill);
    }

    [Fact]
    public async Task Scale_ProgramReadsItsInput_FindsNone()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script($"cat > '{At("input")}'; echo end >> '{At("input")}'")] }, "3");
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 5, Cancellation));
        Assert.Equal("end\n", await TextOf("input"));
    }

    [Fact]
    public async Task Scale_WritesWithoutEnd_IsNotHeldUp()
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script("head -c 50000000 /dev/zero; head -c 50000000 /dev/zero >&2")] }, "3");
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 5, Cancellation));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("$(touch${IFS}hacked)")]
    [InlineData("a;b|c&d>e<f*g?h~i`j`k\"l'm\\n{replicas}")]
    public async Task Scale_WhateverTheTargetIsCalled_AnArgumentStaysOneArgument(string target)
    {
        using var scaler = Scaler(Counted with { Scale = [.. Script($"printf '<%s>\\n' \"$@\" > '{At("got")}'", "--name={target}", "x", "{replicas}")] }, "3");
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 3, 5, Cancellation));
        Assert.Equal($"<--name={target}>\n<x>\n<5>\n", await TextOf("got"));
    }

    [Theory]
    [InlineData("-rf")]
    [InlineData("--all")]
    [InlineData("@file")]
    [InlineData("/x")]
    [InlineData("+x")]
    public async Task Identify_NameThatWouldBeAnOption_IsRefusedAndNothingIsRun(string target)
    {
        using var scaler = Scaler(Counted with { Scale = ["docker", "service", "scale", "{target}={replicas}"] }, "3");
        var why = $"the argument '{{target}}={{replicas}}' of 'docker' would begin with '{target[0]}' and could be taken for an option: "
            + "a target's name must begin with a letter, a digit or '_' there, or the argument must stand behind '--'";
        Assert.Equal($"Policy '{target}' cannot be for a command, because {why}.", Assert.Throws<ScalingException>(() => scaler.Identify(target)).Message);
        Assert.Equal(ScaleOutcome.Failed(why), await scaler.ScaleAsync(target, 3, 5, Cancellation));
    }

    [Fact]
    public void Identify_BehindTheEndOfOptionsOrInsideAnArgument_EveryNameIsGood()
    {
        using var behind = Scaler(Counted with { Scale = ["scale", "--to={replicas}", "--", "{target}"] }, "3");
        using var inside = Scaler(Counted with { Scale = ["scale", "--name={target}"] }, "3");
        Assert.Equal(["'-rf'", "'-rf'"], [behind.Identify("-rf"), inside.Identify("-rf")]);
    }

    [Fact]
    public async Task GetReplicas_Json_HasWantedReadyAndStartingOnes()
    {
        var options = Counted with { DesiredPointer = "/spec/replicas", ReadyPointer = "/status/ready" };
        using var two = Scaler(options, """{"spec":{"replicas":5},"status":{"ready":3,"starting":1}}""");
        Assert.Equal(new() { Desired = 5, Ready = 3, Starting = 2 }, await two.GetReplicasAsync("web", Cancellation));
        using var three = Scaler(options with { StartingPointer = "/status/starting" }, await File.ReadAllTextAsync(Count, Cancellation));
        Assert.Equal(new() { Desired = 5, Ready = 3, Starting = 1 }, await three.GetReplicasAsync("web", Cancellation));
    }

    [Theory]
    [InlineData("", "the answer is empty, and no number")]
    [InlineData("3/5", "the answer is '3/5', and no number")]
    [InlineData("NaN", "the answer is NaN, and no count")]
    public async Task GetReplicas_NoCount_IsAnErrorAndNever0(string output, string why)
    {
        using var scaler = Scaler(Counted, output);
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await scaler.GetReplicasAsync("web", Cancellation));
        Assert.Equal(($"the count cannot be read of what 'cat' wrote: {why}", ScalingErrorKind.ScalingFailed), (error.Message, error.Kind));
    }

    [Fact]
    public async Task GetReplicas_HugeOutput_IsNoAnswer()
    {
        using var scaler = Scaler(Counted with { Replicas = ["head", "-c", "2000000", "/dev/zero"] }, "3");
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await scaler.GetReplicasAsync("web", Cancellation));
        Assert.Equal("the count cannot be read: 'head' wrote more than MaxOutputBytes (1048576)", error.Message);
    }

    [Fact]
    public async Task Scale_SecretsOfTheEnvironment_StandInNoSentence()
    {
        var run = Patient with { Environment = ImmutableDictionary<string, string>.Empty.Add("PASS_WORD", "hunter2hunter2") };
        using var scaler = Scaler(Counted with { Scale = [.. Script("echo \"login with $PASS_WORD failed\" >&2; exit 1")], Run = run }, "3");
        var outcome = await scaler.ScaleAsync("web", 3, 5, Cancellation);
        Assert.Equal("'/bin/sh' ended with exit code 1: login with *** failed", outcome.Reason);
        Assert.DoesNotContain("hunter2", $"{run} {Counted with { Run = run }}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetReplicas_ThousandsOfTargets_RunAFewAtATime()
    {
        // Each program leaves a file while it runs, and notes how many there are.
        var script = Script($"f='{Folder}/running.'$$; : > \"$f\"; ls '{Folder}' | grep -c running >> '{At("most")}'; rm \"$f\"; echo 2", "{target}");
        using var scaler = Scaler(Counted with { Replicas = [.. script], Run = Patient with { MaxConcurrency = 4 } }, "3");
        var reads = Enumerable.Range(0, 400).Select(i => scaler.GetReplicasAsync($"t{i}", Cancellation).AsTask());
        Assert.All(await Task.WhenAll(reads), status => Assert.Equal(2, status.Desired));
        Assert.InRange((await File.ReadAllLinesAsync(At("most"), Cancellation)).Max(int.Parse), 1, 4);
    }

    [Fact]
    public async Task GetReplicas_NoTurnInTime_SaysSo()
    {
        using var stop = new CancellationTokenSource();
        using var scaler = Scaler(Counted with { Replicas = [.. Script($"echo > '{At("runs")}'; exec sleep 1000", "{target}")], Run = Patient with { MaxConcurrency = 1 } }, "3");
        using var other = new CancellationTokenSource();
        var first = scaler.GetReplicasAsync("a", other.Token).AsTask();
        await TextOf("runs");
        var second = scaler.ScaleAsync("b", 3, 5, stop.Token).AsTask();
        await stop.CancelAsync();
        Assert.Equal(
            ScaleOutcome.Failed("the count cannot be read: '/bin/sh' did not get its turn in time: as many programs as MaxConcurrency (1) run already"),
            await second);
        await other.CancelAsync();
        await Assert.ThrowsAsync<ScalingException>(() => first);
    }

    [Fact]
    public async Task GetReplicas_OneCommandForAllTargets_IsRunTwiceForAThousand()
    {
        var script = Script($"echo run >> '{At("runs")}'; cat '{Count}'");
        using var scaler = Scaler(Counted with { Replicas = [.. script], DesiredPointer = "/{target}/replicas" }, """{"a/b":{"replicas":2},"c":{"replicas":7}}""");
        var reads = Enumerable.Range(0, 1000).Select(i => scaler.GetReplicasAsync(i % 2 == 0 ? "a/b" : "c", Cancellation).AsTask());
        Assert.Equal([2, 7], (await Task.WhenAll(reads)).Select(status => status.Desired).Distinct());

        // More only if the first programs ended before the last target asked.
        Assert.InRange((await File.ReadAllLinesAsync(At("runs"), Cancellation)).Length, 1, 20);
    }

    [Fact]
    public void Create_BadSettings_AreOneSentenceEach()
    {
        string Error(CommandScalerOptions options) => Assert.Throws<ScalingException>(() => new CommandScaler(options, TimeProvider.System)).Message;
        Assert.Equal("Replicas must be a list of a program and its arguments, but it has no program.", Error(Counted with { Replicas = [] }));
        Assert.Equal("Scale must be a list of a program and its arguments, but it has no program.", Error(Counted with { Scale = [" "] }));
        Assert.Equal("Scale must be a program of which nothing is filled in, with templates in its arguments only, but is '{target}'.", Error(Counted with { Scale = ["{target}"] }));
        Assert.Equal("Replicas must be a command without {replicas} and {from}, which only a scaling has, but is '{replicas}'.", Error(Counted with { Replicas = ["x", "{replicas}"] }));
        Assert.Equal("DesiredPointer must be given beside ReadyPointer and StartingPointer, but is '/r'.", Error(Counted with { ReadyPointer = "/r" }));
        Assert.Equal("RejectedExitCode must be another code than 0, which says that it was scaled, but is 0.", Error(Counted with { RejectedExitCode = 0 }));
        Assert.Equal("MaxConcurrency must be at least 1, but is 0.", Assert.Throws<ScalingException>(() => new CommandOptions { MaxConcurrency = 0 }).Message);
        Assert.Equal(
            "Environment must have values that are text without NUL, but the one of 'A' is not.",
            Assert.Throws<ScalingException>(() => new CommandOptions { Environment = ImmutableDictionary<string, string>.Empty.Add("A", "\0") }).Message);
    }

    private CommandScaler Scaler(CommandScalerOptions options, string count, TimeProvider? time = null)
    {
        File.WriteAllText(Count, count);
        return new(options, time ?? TimeProvider.System);
    }
}
