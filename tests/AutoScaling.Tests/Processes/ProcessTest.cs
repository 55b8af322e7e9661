using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Processes;

/// <summary>What tests with real processes share. They take turns, so that one's busy loop does not starve another's timeout.</summary>
[Collection(nameof(Processes))]
public abstract class ProcessTest : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    protected ProcessTest() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Real processes are tested on Linux only.");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("autoscaling-").FullName;

    protected FakeLogger<ProcessScaler> Logger { get; } = new();

    /// <summary>A worker that runs until it is stopped, and is in no hurry then: none is killed for want of processor time.</summary>
    protected ProcessSpec Sleeper => new() { Target = "web", FileName = "sleep", Arguments = ["1000"], WorkingDirectory = Folder, InitialReplicas = 0, Output = ProcessOutput.Discard, Grace = Timeout };

    protected ProcessSpec Shell(string script) => Sleeper with { FileName = "/bin/sh", Arguments = ["-c", script] };

    protected ProcessScaler Scaler(ProcessSpec spec, TimeProvider? time = null) => new([spec], time ?? TimeProvider.System, Logger);

    protected string At(string file) => Path.Combine(Folder, file);

    /// <summary>Waits for a file to have a whole line, and returns its text.</summary>
    protected async Task<string> TextOf(string file)
    {
        await Until(() => File.Exists(At(file)) && File.ReadAllText(At(file)).EndsWith('\n'), $"{file} is written");
        return await File.ReadAllTextAsync(At(file), Cancellation);
    }

    protected async Task<int> IdIn(string file) => int.Parse(await TextOf(file), CultureInfo.InvariantCulture);

    protected string[] Sentences(LogLevel level) => [.. Logger.Collector.GetSnapshot().Where(entry => entry.Level == level).Select(entry => entry.Message)];

    internal static WorkerProcess[] Running(ProcessScaler scaler) => [.. scaler.Look("web")!.Value.Replicas.Select(replica => replica.Process).OfType<WorkerProcess>()];

    protected static int[] Ids(ProcessScaler scaler) => [.. Running(scaler).Select(process => process.Id)];

    /// <summary>Waits until the programs run, after the two steps in which they are started.</summary>
    protected static Task UntilTheyRun(ProcessScaler scaler, string program) => Until(
        () => Ids(scaler).All(id => Path.GetFileName(File.ReadAllText($"/proc/{id}/cmdline").Split('\0')[0]) == program), $"{program} runs");

    protected static async Task<ReplicaStatus> Status(ProcessScaler scaler) => await scaler.GetReplicasAsync("web", Cancellation);

    protected static async Task<ScaleOutcome> Scale(ProcessScaler scaler, int from, int to) => await scaler.ScaleAsync("web", from, to, Cancellation);

    protected static async Task Until(Func<bool> condition, string what)
    {
        var from = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < Timeout, $"It did not come true that {what}.");
            await Task.Delay(10, Cancellation);
        }
    }

    protected static async Task Until(Func<Task<bool>> condition, string what)
    {
        var from = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < Timeout, $"It did not come true that {what}.");
            await Task.Delay(10, Cancellation);
        }
    }

    protected static Task UntilGone(params IEnumerable<int> ids) => Until(() => !ids.Any(IsAlive), $"{string.Join(", ", ids)} are gone");

    /// <summary>Whether a process runs; one that ended and only waits to be reaped does not.</summary>
    protected static bool IsAlive(int id) => Stat(id) is [not "Z", ..];

    protected static int[] ChildrenOf(int id) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => Number(Path.GetFileName(path))).Where(child => child > 0 && Stat(child) is [_, var parent, ..] && Number(parent) == id),
    ];

    public virtual void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>What /proc/ID/stat says from the state on: the state, the parent ...</summary>
    private static string[] Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
