using System.Diagnostics;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>How silos share out their targets, and how soon they go on with those of one that is lost.</summary>
internal static class Takeover
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until all targets are evaluated, and each silo has a fair share of them.</summary>
    /// <param name="members">The silos.</param>
    /// <param name="targets">How many targets there are.</param>
    /// <param name="turn">A time in which each is evaluated.</param>
    public static async Task SettledAsync(List<SiloProcess> members, int targets, TimeSpan turn)
    {
        // What starts is compiled, and what is over its share hands it over: not before the second turn.
        await Task.Delay(turn, TimeProvider.System);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < 3 * Patience;)
        {
            var since = Stopwatch.GetTimestamp();
            await Task.Delay(turn, TimeProvider.System);
            var shares = new List<int>();
            foreach (var member in members) shares.Add((await member.AskAsync(since)).Seen.Count(seen => seen));
            if (shares.Sum() >= targets && shares.Min() > targets / members.Count * 0.8) return;
        }

        throw new InvalidOperationException("The silos have not shared out their targets.");
    }

    /// <summary>Kills the first silo, which is no longer a member then, and waits until all of its targets were evaluated by others.</summary>
    /// <param name="members">The silos.</param>
    /// <param name="turn">A time in which each target is evaluated.</param>
    /// <returns>How long that took, or <see cref="TimeSpan.MaxValue"/> if it took too long.</returns>
    public static async Task<TimeSpan> OfFirstAsync(List<SiloProcess> members, TimeSpan turn)
    {
        using var victim = members[0];
        members.RemoveAt(0);
        var left = (await victim.AskAsync(Stopwatch.GetTimestamp() - (long)(turn.TotalSeconds * Stopwatch.Frequency))).Seen;
        var killed = Stopwatch.GetTimestamp();
        await victim.KillAsync();
        while (Stopwatch.GetElapsedTime(killed) < Patience)
        {
            foreach (var member in members)
            {
                var seen = (await member.AskAsync(killed)).Seen;
                for (var i = 0; i < seen.Length; i++) left[i] &= !seen[i];
            }

            if (!left.Contains(value: true)) return Stopwatch.GetElapsedTime(killed);
            await Task.Delay(Poll, TimeProvider.System);
        }

        return TimeSpan.MaxValue;
    }

    /// <summary>Ends all.</summary>
    public static async Task EndAsync(List<SiloProcess> members)
    {
        foreach (var member in members)
        {
            await member.KillAsync();
            member.Dispose();
        }
    }
}
