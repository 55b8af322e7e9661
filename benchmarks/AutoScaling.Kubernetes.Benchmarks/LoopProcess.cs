using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>This program again, as the loop: what it costs is then its own.</summary>
internal sealed class LoopProcess : IAsyncDisposable
{
    public const string Agent = "AutoScaling/";

    // A mount namespace of its own, in which the files are where a pod has them: reading a kubeconfig would cost 35 MB that no pod spends.
    public const string AsInPod = """
        mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && ln -s "$0" /run/secrets/kubernetes.io/serviceaccount || exit
        export KUBERNETES_SERVICE_HOST=127.0.0.1
        exec "$@" 2>>"$0/../loop.log"
        """;

    /// <summary>
    /// What a small container sets. By itself the runtime sizes its young generations by the processor's cache, of 32 MB and more, and the C library keeps a heap for each
    /// thread; here 4 MB for each young generation, in hexadecimal, and two heaps.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> SmallContainer = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_GCGen0MaxBudget"] = "0x400000",
        ["DOTNET_GCGen1MaxBudget"] = "0x400000",
        ["MALLOC_ARENA_MAX"] = "2",
    };

    private readonly Process _process;
    private readonly Task _reading;
    private readonly CancellationTokenSource _ended = new();
    private TaskCompletionSource<string> _memory = new();
    private int _rounds;

    public LoopProcess(Cluster cluster, int count, params ReadOnlySpan<string> options)
    {
        // Warnings of a thousand targets are many; they are beside the cluster's logs.
        LogFile = Path.Combine(cluster.Files, "loop.log");
        var self = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, typeof(LoopProcess).Assembly.Location] : [self];
        var variables = new Dictionary<string, string>(SmallContainer.Concat(cluster.Variables), StringComparer.Ordinal) { ["KUBERNETES_SERVICE_PORT"] = $"{cluster.Port}" };
        _process = Shell.Start(["unshare", "--mount", "bash", "-c", AsInPod, cluster.WriteServiceAccount(), .. program, "loop", $"{count}", .. options], variables, withInput: true);
        _reading = ReadAsync();
    }

    public string LogFile { get; }

    public int Id => _process.Id;

    /// <summary>How many evaluations of the last round failed.</summary>
    public int FailedInRound { get; private set; }

    /// <summary>Every scaling that it tried.</summary>
    public ConcurrentQueue<TriedScaling> Scalings { get; } = new();

    /// <summary>Waits until all targets have been evaluated so many times more.</summary>
    public Task RoundsAsync(int rounds, CancellationToken cancellationToken)
    {
        var target = Volatile.Read(ref _rounds) + rounds;
        return UntilAsync(() => Volatile.Read(ref _rounds) >= target, cancellationToken);
    }

    /// <summary>Waits until the API server has answered its next list of what the pods use: what changes from then on, the next list alone can show.</summary>
    public async Task NextMetricsAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        using var audit = cluster.Audit();
        await UntilAsync(() => audit.Count(Agent).Others.ContainsKey("list metrics.k8s.io/pods"), cancellationToken);
    }

    /// <summary>What its heap holds after a full collection, in MB.</summary>
    public async Task<double> HeapAsync(CancellationToken cancellationToken)
    {
        _memory = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _process.StandardInput.WriteLineAsync("memory".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return double.Parse(await _memory.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken), CultureInfo.InvariantCulture) / (1024 * 1024);
    }

    /// <summary>The last lines of what it logged.</summary>
    public string Log(int lines) => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(lines)) : "";

    private async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(20), stop.Token);
        }
        catch (OperationCanceledException e) when (_ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The loop has ended: {Log(10)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
        _ended.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["round", var number, var failed]:
                    FailedInRound = int.Parse(failed, CultureInfo.InvariantCulture);
                    Volatile.Write(ref _rounds, int.Parse(number, CultureInfo.InvariantCulture));
                    break;
                case ["scaled", var name, var from, var to, var outcome, var ticks]:
                    Scalings.Enqueue(new(
                        name, int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture), outcome, new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero)));
                    break;
                case ["memory", var bytes]:
                    _memory.TrySetResult(bytes);
                    break;
            }
        }

        await _ended.CancelAsync();
    }
}

/// <summary>A scaling that the loop tried, and what became of it.</summary>
internal sealed record TriedScaling(string Name, int From, int To, string Outcome, DateTimeOffset At);
