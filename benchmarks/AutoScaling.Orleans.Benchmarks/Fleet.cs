using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>Starts silos and their storage, and measures what they cost.</summary>
internal static class Fleet
{
    public const string Heading =
        """
        | targets | silos | evaluations/s | CPU of all silos | CPU of Redis | memory of the largest silo | writes/s | all evaluated again after a kill |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        """;

    // The silos' interval, and a second.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(16);

    /// <summary>Measures one fleet.</summary>
    /// <returns>A row of the table.</returns>
    public static async Task<string> MeasureAsync(int targets, int silos, TimeSpan time)
    {
        await using var redis = RedisProcess.Start();
        var kind = silos == 0 ? MemberKind.Alone : MemberKind.Instant;
        var members = Enumerable.Range(0, Math.Max(1, silos)).Select(_ => SiloProcess.Start(targets, redis, kind)).ToList();
        try
        {
            await Takeover.SettledAsync(members, targets, Turn);
            await using var server = await redis.ConnectAsync();
            var writes = await WritesAsync(server);
            var (cpu, redisCpu, done) = (members.Sum(m => m.Cpu.TotalSeconds), redis.Cpu, await EvaluationsAsync(members));
            await Task.Delay(time, TimeProvider.System);
            var evaluationsPerSecond = (await EvaluationsAsync(members) - done) / time.TotalSeconds;
            var cores = (members.Sum(m => m.Cpu.TotalSeconds) - cpu) / time.TotalSeconds;
            var redisCores = (redis.Cpu - redisCpu) / time;
            var writesPerSecond = (await WritesAsync(server) - writes) / time.TotalSeconds;
            var row = string.Create(
                CultureInfo.InvariantCulture,
                $"| {targets:N0} | {(silos == 0 ? "alone" : silos)} | {evaluationsPerSecond:N0} | {cores:0.000} cores | {redisCores:0.000} "
                    + $"| {members.Max(m => m.Memory) / 1048576.0:N0} MB | {writesPerSecond:N0} ");
            if (silos < 2) return row + "| |";
            var takeover = await Takeover.OfFirstAsync(members, Turn);
            return string.Create(CultureInfo.InvariantCulture, $"{row}| {takeover.TotalSeconds:0.0} s |");
        }
        finally
        {
            await Takeover.EndAsync(members);
        }
    }

    private static async Task<long> EvaluationsAsync(List<SiloProcess> members)
    {
        long sum = 0;
        foreach (var member in members) sum += (await member.AskAsync(Stopwatch.GetTimestamp())).Evaluations;
        return sum;
    }

    private static async Task<double> WritesAsync(ConnectionMultiplexer server)
    {
        var info = await server.GetServers()[0].InfoAsync("commandstats");
        return info.SelectMany(section => section).Where(line => line.Key.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Value.Split('=', ',')[1], CultureInfo.InvariantCulture));
    }
}
