namespace AutoScaling.Primitives;

/// <summary>
/// A steady M/M/c queue: c places to be served at, one queue, exponential times between arrivals and of service. All times are in mean
/// service times.
/// </summary>
/// <remarks>
/// Source: Erlang's delay formula, e.g. Kleinrock, Queueing Systems I (1975), section 3.5. The reserve of the root of the load: Halfin and
/// Whitt, "Heavy-traffic limits for queues with many exponential servers" (Operations Research 29, 1981).
/// </remarks>
internal static class ErlangC
{
    private const double MostSum = 1e15, LeastTerm = 1e-15;

    // Beyond so many places the whole reserve is about a thousandth of them: no search is worth its time.
    private const double MostSearched = 1e7;

    /// <summary>The share of requests that have to wait.</summary>
    /// <param name="places">c, at least 1.</param>
    /// <param name="offered">The arrivals in a mean service time, which is the places that are busy on average; less than c.</param>
    public static double Waiting(double places, double offered)
    {
        // One divided by Erlang's B. Its recurrence, 1/B(n) = 1 + n/a * 1/B(n-1), is unrolled from the top: all terms are positive, so
        // nothing cancels, and it ends when the rest, or all of B, is too small to matter. Thousands of places cost no more than hundreds.
        double sum = 1, term = 1;
        for (var free = places; free > 0 && sum < MostSum; free--)
        {
            term *= free / offered;
            sum += term;
            if (free < offered && term < sum * LeastTerm) break;
        }

        var blocked = 1 / sum;
        return blocked / (1 - (offered / places * (1 - blocked)));
    }

    /// <summary>The share of requests that take longer than a time, waiting and service together.</summary>
    /// <param name="places">c, at least 1.</param>
    /// <param name="offered">The places that are busy on average; less than c.</param>
    /// <param name="time">The time, in mean service times.</param>
    public static double Slower(double places, double offered, double time) =>
        Late(Waiting(places, offered), places - offered, time);

    /// <summary>The least groups of places that keep the requests that are slower than a time to a share.</summary>
    /// <param name="offered">The places that are busy on average.</param>
    /// <param name="perGroup">The places that come and go together, at least 1.</param>
    /// <param name="time">The time, in mean service times.</param>
    /// <param name="share">The share; more than 0, less than 1.</param>
    /// <returns>
    /// Where service alone takes longer than that, so that no number helps: the least with which hardly any request waits. 0 without a
    /// load.
    /// </returns>
    public static int LeastGroups(double offered, int perGroup, double time, double share)
    {
        if (!(offered > 0)) return 0;
        if (offered > MostSearched) return Count.Needed((offered + (4 * Math.Sqrt(offered))) / perGroup);

        // Up to the load itself nothing is enough. The search starts with a reserve of the root of the load.
        var low = (int)(offered / perGroup);
        var step = Math.Max(1, (int)(Math.Sqrt(offered) / perGroup));
        var high = low + step;
        while (!IsEnough((double)high * perGroup, offered, time, share))
        {
            low = high;
            high += step;
            step *= 2;
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (IsEnough((double)middle * perGroup, offered, time, share)) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>Whether so many places keep what is slower to a share, or at least nearly nobody waits: more would not help.</summary>
    public static bool IsEnough(double places, double offered, double time, double share)
    {
        if (places <= offered) return false;
        var waiting = Waiting(places, offered);
        return waiting <= share / 10 || Late(waiting, places - offered, time) <= share;
    }

    // An exponential service, after an exponential wait (whose rate are the free places) for those who wait.
    private static double Late(double waiting, double free, double time)
    {
        var service = Math.Exp(-time);
        var both = Math.Abs(free - 1) < 1e-6 ? (1 + time) * service : ((free * service) - Math.Exp(-free * time)) / (free - 1);
        return ((1 - waiting) * service) + (waiting * both);
    }
}
