using System.Runtime.InteropServices;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Backtests;

/// <summary>Cuts a trace into equal steps, and finds what each of them needs.</summary>
internal static class Grid
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    // Three years of seconds. More would take gigabytes: the times of the trace are wrong, or a longer step would do.
    private const long MostSteps = 100_000_000;

    public static Workload Of(LoadTrace trace, ServiceModel model, IEnumerable<Candidate> candidates, BacktestOptions options)
    {
        var step = options.Step ?? Step(trace, model, candidates, options);
        var steps = Math.Max(1, trace.Duration.Ticks / step.Ticks);
        if (steps > MostSteps)
        {
            throw new ScalingException([
                $"A backtest must have at most {MostSteps} steps, "
                    + $"but '{trace.Name}' has {steps} of {Phrase.Exact(step)}: set a longer Step."]);
        }

        var count = (int)steps;
        var load = Load(trace, step, count);
        var demand = new int[count];
        for (var i = 0; i < count; i++) demand[i] = model.Demand(load[i]);
        var ahead = (int)Math.Min(count, Math.Ceiling(model.StartDelay.Median / step));
        var asked = HighestAhead(demand, ahead);
        return new()
        {
            Trace = trace,
            Model = model,
            Step = step,
            ScoredFrom = (int)(count * options.WarmUpShare),
            Load = ImmutableCollectionsMarshal.AsImmutableArray(load),
            Demand = ImmutableCollectionsMarshal.AsImmutableArray(demand),
            ClairvoyantDesired = ImmutableCollectionsMarshal.AsImmutableArray(asked),
            ClairvoyantReady = ImmutableCollectionsMarshal.AsImmutableArray(LowestBehind(asked, ahead)),
        };
    }

    /// <summary>
    /// The highest value from each position until so many positions later, in one pass: what may be the highest later waits in falling
    /// order.
    /// </summary>
    internal static int[] HighestAhead(ReadOnlySpan<int> values, int ahead)
    {
        var highest = new int[values.Length];
        var waiting = new int[values.Length];
        int first = 0, last = 0;
        for (int i = 0, next = 0; i < values.Length; i++)
        {
            for (; next < values.Length && next <= i + ahead; next++)
            {
                while (last > first && values[waiting[last - 1]] <= values[next]) last--;
                waiting[last++] = next;
            }

            if (waiting[first] < i) first++;
            highest[i] = values[waiting[first]];
        }

        return highest;
    }

    /// <summary>The lowest value from so many positions before each position: the same, backwards and upside down.</summary>
    internal static int[] LowestBehind(ReadOnlySpan<int> values, int behind)
    {
        var turned = new int[values.Length];
        for (var i = 0; i < turned.Length; i++) turned[i] = -values[^(i + 1)];
        var lowest = HighestAhead(turned, behind);
        for (var i = 0; i < turned.Length; i++) turned[i] = -lowest[^(i + 1)];
        return turned;
    }

    private static TimeSpan Step(LoadTrace trace, ServiceModel model, IEnumerable<Candidate> candidates, BacktestOptions options)
    {
        var common = model.Pipeline.ScrapePeriod.Ticks;
        foreach (var candidate in candidates)
        {
            if (candidate.Policy is { } policy) common = Common(common, (policy.Interval ?? options.Interval).Ticks);
        }

        var points = trace.Points;
        for (var i = 1; i < points.Length && common > Shortest.Ticks; i++)
            common = Common(common, (points[i].At - points[i - 1].At).Ticks);
        if (common <= Shortest.Ticks) return Shortest;
        var parts = (common + Longest.Ticks - 1) / Longest.Ticks;
        while (common % parts != 0) parts++;
        return TimeSpan.FromTicks(Math.Max(common / parts, Shortest.Ticks));
    }

    private static long Common(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    // The average over each step, so that no request is lost where rows begin within a step.
    private static double[] Load(LoadTrace trace, TimeSpan step, int count)
    {
        var points = trace.Points;
        var load = new double[count];
        for (int i = 0, row = 0; i < count; i++)
        {
            long from = i * step.Ticks, end = from + step.Ticks;
            while (row + 1 < points.Length && points[row + 1].At.Ticks <= from) row++;
            if (row + 1 == points.Length || points[row + 1].At.Ticks >= end)
            {
                load[i] = points[row].Load;
                continue;
            }

            var sum = 0.0;
            for (var at = from; at < end; row++)
            {
                var until = row + 1 < points.Length ? Math.Min(end, points[row + 1].At.Ticks) : end;
                sum += points[row].Load * (until - at);
                at = until;
                if (at == end && (row + 1 == points.Length || points[row + 1].At.Ticks > end)) break;
            }

            load[i] = sum / step.Ticks;
        }

        return load;
    }
}
