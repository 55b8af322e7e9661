using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Tests.Processes;

/// <summary>What is left of workers when their host ends, in a host process of its own.</summary>
public sealed class ProcessHostTests : ProcessTest
{
    private const string Stubborn = """
        sleep 1000 & echo $! > $AUTOSCALING_REPLICA.child
        trap '' INT TERM HUP
        echo $$ > $AUTOSCALING_REPLICA.worker
        while :; do sleep 1; done
        """;

    private readonly List<Process> _hosts = [];

    [Fact]
    public async Task Host_KilledBySigkill_LeavesNoProcessBehind()
    {
        var host = await StartHost(replicas: 3, Stubborn);
        int[] all = [.. await Started(3), .. ChildrenOf(host.Id)];
        Assert.Equal(10, all.Length); // three workers twice, a child of each, and the guardian

        host.Kill();

        await UntilGone(all);
    }

    [Fact]
    public async Task Host_KilledBySigkillAfterItsGuardian_LeavesNoProcessBehindOnceOneWasRestarted()
    {
        var host = await StartHost(replicas: 2, Stubborn);
        var workers = await Started(2);
        var guardian = Assert.Single(ChildrenOf(host.Id).Except(workers));
        Posix.TrySignalProcess(guardian, Posix.Kill);
        await UntilGone(guardian);
        foreach (var file in Directory.GetFiles(Folder, "web-0.*")) File.Delete(file);
        Posix.TrySignalGroup(workers[0], Posix.Kill);
        int[] all = [.. await Started(2), .. ChildrenOf(host.Id)];
        Assert.Equal(7, all.Length); // two workers twice, a child of each, and a guardian again

        host.Kill();

        await UntilGone(all);
    }

    [Fact]
    public async Task Host_InterruptedByCtrlC_StopsItsWorkersInPeaceAndEnds()
    {
        var host = await StartHost(replicas: 3, """
            trap 'echo int >> $AUTOSCALING_REPLICA.signals' INT
            trap 'echo term >> $AUTOSCALING_REPLICA.signals; exit 0' TERM
            sleep 1000 & echo $! > $AUTOSCALING_REPLICA.child
            echo $$ > $AUTOSCALING_REPLICA.worker
            while :; do sleep 0.1; done
            """);
        int[] all = [.. await Started(3), .. ChildrenOf(host.Id)];

        Posix.TrySignalGroup(host.Id, signal: 2); // what the terminal does to its foreground group

        await host.WaitForExitAsync(Cancellation);
        Assert.Equal(0, host.ExitCode);
        Assert.DoesNotContain(all, IsAlive);
        Assert.Equal(["term\n", "term\n", "term\n"], Directory.GetFiles(Folder, "*.signals").Select(File.ReadAllText));
    }

    public override void Dispose()
    {
        foreach (var host in _hosts)
        {
            host.Kill();
            host.Dispose();
        }

        base.Dispose();
    }

    private async Task<Process> StartHost(int replicas, string script)
    {
        // With setsid, so that the host leads a group of its own, as if a terminal's shell had started it.
        var host = Process.Start(new ProcessStartInfo("setsid", ["dotnet", Path.Combine(AppContext.BaseDirectory, "AutoScaling.ProcessHost.dll"), replicas.ToString(CultureInfo.InvariantCulture), script])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        })!;
        _hosts.Add(host);
        Assert.Equal("running", await host.StandardOutput.ReadLineAsync(Cancellation));
        return host;
    }

    private async Task<int[]> Started(int replicas)
    {
        var ids = new List<int>();
        for (var replica = 0; replica < replicas; replica++)
        {
            ids.Add(await IdIn($"web-{replica}.worker"));
            ids.Add(await IdIn($"web-{replica}.child"));
        }

        return [.. ids];
    }
}
