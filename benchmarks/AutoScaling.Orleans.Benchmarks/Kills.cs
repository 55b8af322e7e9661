using System.Globalization;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>
/// Kills one of two silos again and again while they scale, at instants that differ: no target may be scaled twice, and those of
/// the silo that is lost must be evaluated again within the time that is promised.
/// </summary>
internal static class Kills
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(16);

    /// <returns>Whether what is promised was held.</returns>
    public static async Task<bool> RunAsync(int count, int targets)
    {
        await using var redis = RedisProcess.Start();
        await using var server = await redis.ConnectAsync();
        var world = new World(server.GetDatabase());
        var members = Enumerable.Range(0, 2).Select(_ => SiloProcess.Start(targets, redis, MemberKind.World)).ToList();
        var random = new Random(20261130);
        var took = new List<TimeSpan>();
        var isHeld = true;
        try
        {
            await Takeover.SettledAsync(members, targets, Turn);
            for (var kill = 0; kill < count; kill++)
            {
                // Another part of the targets is to be scaled up, each once: their cooldown is longer than all of this.
                var (before, part) = (await world.ScalingsAsync(), targets / count);
                await world.LoadAsync(until: part * (kill + 1));
                var instant = random.Next(1, Math.Max(2, part * 9 / 10));
                while (await world.ScalingsAsync() < before + instant) await Task.Delay(Moment, TimeProvider.System);
                took.Add(await Takeover.OfFirstAsync(members, Turn));
                members.Add(SiloProcess.Start(targets, redis, MemberKind.World));
                await Takeover.SettledAsync(members, targets, Turn);
                var (wrong, twice) = await world.CheckAsync(part * (kill + 1));
                isHeld &= wrong + twice == 0 && took[^1] <= Promised;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"kill {kill + 1}: after {instant} of {part} scalings; its targets evaluated again after {took[^1].TotalSeconds:0.0} s; scaled twice: {twice}; not as wanted: {wrong}"));
            }
        }
        finally
        {
            await Takeover.EndAsync(members);
        }

        took.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} kills, {targets} targets: half of them within {took[count / 2].TotalSeconds:0.0} s, all within {took[^1].TotalSeconds:0.0} s; {(isHeld ? "held" : "NOT held")}"));
        return isHeld;
    }
}
