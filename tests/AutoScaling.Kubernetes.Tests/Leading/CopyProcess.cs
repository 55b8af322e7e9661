using System.Diagnostics;
using System.Globalization;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>What a copy has printed: what it did, from when to when, on the clock that all processes of the machine share.</summary>
internal sealed record CopyLine(string Copy, string What, long Began, long Ended, string Text);

/// <summary>A copy of the autoscaler in a process of its own, which flips the replicas of deployments to and fro.</summary>
internal sealed class CopyProcess : IDisposable
{
    public const string Flipping = "90,10";

    // So that what never comes is a failure with a reason, and not a test that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly GuardedProcess _process;

    /// <param name="space">Where it works, and as whom.</param>
    /// <param name="identity">Its name.</param>
    /// <param name="cpu">The CPU that it sees; by default it changes all the time.</param>
    /// <param name="targets">How many deployments it looks after: 'web', or 'web-0' and so on.</param>
    /// <param name="times">The lease's duration, the renewal's deadline and the retries' period in seconds.</param>
    public CopyProcess(TestNamespace space, string identity, string cpu = Flipping, int targets = 1, params double[] times)
    {
        Identity = identity;
        var config = space.Plane.KubeConfigFor(space.User, space.Name);
        _process = new("dotnet", Path.Combine(space.Plane.Folder, $"{space.Name}-{identity}.log"),
            [Path.Combine(AppContext.BaseDirectory, "AutoScaling.Kubernetes.CopyHost.dll"), config, identity, cpu, .. times.Append(targets).Select(t => t.ToString(CultureInfo.InvariantCulture))]);
    }

    public string Identity { get; }

    /// <summary>All that it has done so far.</summary>
    public IReadOnlyList<CopyLine> Lines => [.. Read()];

    public IReadOnlyList<CopyLine> Acts => [.. Lines.Where(l => l.What == "Applied")];

    public async Task<CopyLine> WaitForAsync(string what, CancellationToken cancellationToken)
    {
        CopyLine? found = null;
        await WaitAsync(what, () => (found = Lines.FirstOrDefault(l => l.What == what)) is not null, cancellationToken);
        return found!;
    }

    public Task WaitForActsAsync(int count, CancellationToken cancellationToken) => WaitAsync($"{count} times Applied", () => Acts.Count >= count, cancellationToken);

    /// <summary>Waits until so many targets stay as they are: by an evaluation that found nothing to do any longer.</summary>
    public Task WaitForTargetsAsync(int count, CancellationToken cancellationToken) => WaitAsync(
        $"{count} targets Unchanged",
        () => Lines.Where(l => l.What == "Unchanged").Select(l => l.Text.Split(' ')[0]).Distinct(StringComparer.Ordinal).Count() == count,
        cancellationToken);

    /// <summary>SIGTERM, as Kubernetes sends it; returns when the process has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(cancellationToken);
        while (!_process.HasExited) await Task.Delay(20, cancellationToken);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public void Dispose() => _process.Dispose();

    private async Task WaitAsync(string what, Func<bool> there, CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); !there(); await Task.Delay(20, cancellationToken))
        {
            if (_process.HasExited) throw new InvalidOperationException($"{Identity} has ended:\n{_process.Tail()}");
            if (Stopwatch.GetElapsedTime(began) > Patience) throw new InvalidOperationException($"{Identity} has not printed {what} within {Patience}:\n{_process.Tail()}");
        }
    }

    private IEnumerable<CopyLine> Read()
    {
        if (!File.Exists(_process.LogPath)) yield break;
        using var reader = new StreamReader(new FileStream(_process.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

        // The last one is empty, or not whole yet.
        foreach (var line in reader.ReadToEnd().Split('\n').SkipLast(1))
        {
            // What did not come from the program's own lines is left out.
            if (line.Split(';', 4) is [var what, var began, var ended, var text] && long.TryParse(began, CultureInfo.InvariantCulture, out var from) && long.TryParse(ended, CultureInfo.InvariantCulture, out var to))
                yield return new(Identity, what, from, to, text);
        }
    }
}
