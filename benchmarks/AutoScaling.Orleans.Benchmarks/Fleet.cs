using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>Starts silos and their storage, and measures them from outside.</summary>
internal static class Fleet
{
    /// <summary>Measures one fleet.</summary>
    /// <returns>A row of the table.</returns>
    public static async Task<string> MeasureAsync(int targets, int silos, TimeSpan time)
    {
        var port = FreePort();
        using var redis = Process.Start(new ProcessStartInfo(
            "/usr/bin/redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()])
        { UseShellExecute = false, RedirectStandardOutput = true })!;
        _ = redis.StandardOutput.ReadToEndAsync();
        var connection = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},abortConnect=false");
        var members = Enumerable.Range(0, Math.Max(1, silos)).Select(_ => Start(targets, connection, silos > 0)).ToList();
        try
        {
            // All evaluated twice over, and shared out.
            await SettledAsync(members, targets);
            await using var server = await ConnectionMultiplexer.ConnectAsync(connection + ",allowAdmin=true");
            var writes = await WritesAsync(server);
            var (cpu, redisCpu, done) = (members.Select(Cpu).ToList(), Cpu(redis), (await AskAllAsync(members)).Sum(a => a.Evaluations));
            await Task.Delay(time, TimeProvider.System);
            var answers = await AskAllAsync(members);
            var writesPerSecond = (await WritesAsync(server) - writes) / time.TotalSeconds;
            var row = string.Create(
                CultureInfo.InvariantCulture,
                $"| {targets:N0} | {(silos == 0 ? "alone" : silos)} | {(answers.Sum(a => a.Evaluations) - done) / time.TotalSeconds:N0} "
                    + $"| {members.Select((m, i) => (Cpu(m) - cpu[i]).TotalSeconds).Sum() / time.TotalSeconds:0.000} cores "
                    + $"| {(Cpu(redis) - redisCpu).TotalSeconds / time.TotalSeconds:0.000} | {members.Max(Memory) / 1048576:N0} MB "
                    + $"| {writesPerSecond:N0} ");
            if (silos < 2) return row + "| |";
            var takeover = await KillAsync(members);
            return string.Create(CultureInfo.InvariantCulture, $"{row}| {takeover:0.0} s |");
        }
        finally
        {
            foreach (var process in members.Append(redis))
            {
                if (!process.HasExited) process.Kill();
                await process.WaitForExitAsync();
            }

            foreach (var member in members) member.Dispose();
        }
    }

    /// <summary>Kills a silo, and waits until all of its targets were evaluated by others.</summary>
    private static async Task<double> KillAsync(List<Process> members)
    {
        await AskAllAsync(members);
        await Task.Delay(TimeSpan.FromSeconds(16), TimeProvider.System);
        var left = (await AskAllAsync(members))[0].Targets;
        var victim = members[0];
        members.RemoveAt(0);
        victim.Kill();
        var began = Stopwatch.GetTimestamp();
        await victim.WaitForExitAsync();
        victim.Dispose();

        await AskAllAsync(members);
        while (left.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            foreach (var (_, seen) in await AskAllAsync(members)) left.ExceptWith(seen);
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3)) return double.NaN;
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task SettledAsync(List<Process> members, int targets)
    {
        for (var i = 0; i < 40; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(16), TimeProvider.System);
            var answers = await AskAllAsync(members);
            if (i > 1 && answers.Sum(a => a.Targets.Count) >= targets && answers.Min(a => a.Targets.Count) > targets / members.Count * 0.8) return;
        }

        throw new InvalidOperationException("The silos have not shared out their targets.");
    }

    private static async Task<List<(long Evaluations, HashSet<int> Targets)>> AskAllAsync(List<Process> members)
    {
        var answers = new List<(long, HashSet<int>)>();
        foreach (var member in members)
        {
            await member.StandardInput.WriteLineAsync();
            await member.StandardInput.FlushAsync();
            var words = (await member.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A silo has ended.")).Split(' ');
            var seen = Convert.FromHexString(words[1]);
            answers.Add((long.Parse(words[0], CultureInfo.InvariantCulture), [.. Enumerable.Range(0, seen.Length).Where(i => seen[i] == 1)]));
        }

        return answers;
    }

    private static async Task<double> WritesAsync(ConnectionMultiplexer server)
    {
        var info = await server.GetServers()[0].InfoAsync("commandstats");
        return info.SelectMany(section => section).Where(line => line.Key.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Value.Split('=', ',')[1], CultureInfo.InvariantCulture));
    }

    private static Process Start(int targets, string redis, bool inCluster)
    {
        string[] ports = inCluster ? [$"{FreePort()}", $"{FreePort()}"] : [];
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "AutoScaling.Orleans.Benchmarks.dll"), "silo", $"{targets}", redis, .. ports];
        return Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static double Memory(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
