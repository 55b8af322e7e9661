using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Benchmarks;

/// <summary>
/// The least time of many short rounds of a decision: what others on the machine do lengthens a round, and never shortens one. For comparing
/// two builds on a machine that is not quiet: run both by turns.
/// </summary>
internal static class DecisionRounds
{
    private const int InARound = 5000;

    public static int Run(string[] args)
    {
        if (args.Length > 1 || !int.TryParse(args.FirstOrDefault() ?? "400", NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds == 0)
        {
            Console.Error.WriteLine("Usage: decisions [ROUNDS], where the rounds are a whole number of at least 1; 400 by default.");
            return 1;
        }

        foreach (var point in Enum.GetValues<DecisionBenchmarks.Situation>())
        {
            var benchmark = new DecisionBenchmarks { Point = point };
            benchmark.Prepare();
            var least = double.PositiveInfinity;
            var allocated = 0L;
            for (var i = 0; i < rounds; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                for (var k = 0; k < InARound; k++) GC.KeepAlive(benchmark.DecideAndRemember());
                least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalNanoseconds / InARound);
                allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / InARound;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{point}: {least:0} ns, {allocated} B"));
        }

        return 0;
    }
}
