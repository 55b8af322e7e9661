using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Tests.Loop;

namespace AutoScaling.Tests.Processes;

/// <summary>What everybody on the machine can read of a worker, and what the worker is given, whatever its variables and its program are called.</summary>
public sealed class ProcessSecretsTests : ProcessTest
{
    private const string Secret = "correct horse battery staple";

    private static readonly ImmutableDictionary<string, string> Odd =
        ImmutableDictionary<string, string>.Empty.Add("DB_PASSWORD", Secret).Add("db.password", Secret).Add("1st:key", Secret);

    [Fact]
    public async Task Start_VariablesWithOddNames_ReachTheWorkerAndStandInNoCommandLine()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watch = Task.Run(() => { while (!enough.IsCancellationRequested) Look(); }, Cancellation);
        await using (var scaler = Scaler(Sleeper with { Environment = Odd }))
        {
            for (var i = 0; i < 5; i++) await Scale(scaler, i, i + 1);
            await UntilTheyRun(scaler, "sleep");
            foreach (var id in Ids(scaler)) Assert.Superset(Odd.Select(v => $"{v.Key}={v.Value}").ToHashSet(), File.ReadAllText($"/proc/{id}/environ").Split('\0').ToHashSet());
            Look();
        }

        await enough.CancelAsync();
        await watch;
        Assert.Contains(seen.Keys, line => line.Contains("sleep\01000", StringComparison.Ordinal));
        Assert.Contains(seen.Keys, line => line.Contains("autoscaling-guardian", StringComparison.Ordinal));
        Assert.DoesNotContain(seen.Keys, line => line.Contains(Secret, StringComparison.Ordinal));

        void Look()
        {
            foreach (var id in ChildrenOf(Environment.ProcessId))
            {
                try
                {
                    seen[File.ReadAllText($"/proc/{id}/cmdline")] = true;
                }
                catch (IOException)
                {
                    // It has ended meanwhile.
                }
            }
        }
    }

    [Fact]
    public async Task Start_ProgramsPathHoldsAnEqualsSign_TheProgramRunsAndNotItsArgument()
    {
        var folder = Directory.CreateDirectory(At("a=b")).FullName;
        var program = Path.Combine(folder, "worker");
        await WriteProgram(program, "program");
        await WriteProgram(At("argument"), "argument");
        await using var scaler = Scaler(Sleeper with { FileName = program, Arguments = [At("argument")], Environment = Odd });
        await Scale(scaler, 0, 1);
        Assert.Equal("program\n", await TextOf("ran"));
    }

    [Fact]
    public async Task TryStart_OddNameAndNoShellThatHandsItOn_SaysWhichInsteadOfStarting()
    {
        await using var guardian = new Guardian(Logger);
        var launcher = new ProcessLauncher(guardian, TimeProvider.System, Logger) { Bash = null };
        Assert.False(launcher.TryStart(Sleeper with { Environment = Odd }, "web-0", out _, out var reason));
        Assert.Equal("the variable '1st:key' cannot be handed on, because /bin/sh drops such names and there is no bash", reason);
    }

    [Fact]
    public async Task Start_PolicyForATargetWithoutASpec_IsRefused()
    {
        await using var scaler = Scaler(Sleeper);
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("api").AddScaler("local", _ => new Passing(scaler))
            .AddPolicy(new ScalingPolicy { Target = "other", Scaler = "local" }).AddPolicy(new ScalingPolicy { Target = "Web", Scaler = "local" }));
        var error = Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus("web"));
        Assert.Equal(
            [
                "Policy 'other' is for processes, but no ProcessSpec has this target: give UseProcesses one, or name another scaler.",
                "Policy 'Web' is for processes, but no ProcessSpec has this target: give UseProcesses one, or name another scaler.",
            ],
            error.Errors);
    }

    // The container of the test disposes what it made, and not at leisure.
    private sealed class Passing(IScaler inner) : IScaler
    {
        public string Identify(ScalingTarget target) => inner.Identify(target);

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
            inner.GetReplicasAsync(target, cancellationToken);

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) =>
            inner.ScaleAsync(target, from, to, cancellationToken);
    }

    private async Task WriteProgram(string path, string says)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\necho {says} > {At("ran")}\nexec sleep 1000\n", Cancellation);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
