namespace AutoScaling.Simulation.Reports;

/// <summary>A stretch of time in which fewer replicas were ready than demanded.</summary>
/// <param name="From">Its first step.</param>
/// <param name="Length">Its steps.</param>
/// <param name="Missing">The most replicas that were missing in it.</param>
internal readonly record struct Shortage(int From, int Length, int Missing)
{
    public static List<Shortage> Of(BacktestRun run)
    {
        List<Shortage> all = [];
        var (from, missing) = (0, 0);
        for (var i = 0; i <= run.Ready.Length; i++)
        {
            var now = i < run.Ready.Length ? run.Workload.Demand[i] - run.Ready[i] : 0;
            if (now > 0)
            {
                if (missing == 0) from = i;
                missing = Math.Max(missing, now);
            }
            else if (missing > 0)
            {
                all.Add(new(from, i - from, missing));
                missing = 0;
            }
        }

        return all;
    }
}
