namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>How the soak differs from the fleet's run, and what it takes for wrong.</summary>
internal static class SoakSettings
{
    /// <summary>Between two changes of loads, and the share of the fleet that each of them changes.</summary>
    public const double ShareOfChange = 0.05;

    public const int Restarts = 3;

    /// <summary>Growth from the end of the first part to that of the last one: factor and MB.</summary>
    public const double Growth = 1.1;

    public const double GrowthAllowance = 4;

    /// <summary>Shorter than Kubernetes' 5 minutes, so that there is scaling down all the time.</summary>
    public static readonly TimeSpan DownWindow = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(10);

    /// <summary>How old what a decision is made from may be: the lists' greatest age, and their reading on a busy machine.</summary>
    public static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);

    /// <summary>How long a load stays at the least, so that an evaluation sees it: an interval, and as old as what is seen may be.</summary>
    public static readonly TimeSpan LeastStay = FleetSettings.Interval + (2 * Lag);

    /// <summary>How long after the last change every deployment must have the replicas for its load.</summary>
    public static readonly TimeSpan SettleTime = DownWindow + (3 * FleetSettings.Interval) + Lag;

    /// <summary>
    /// Loads in thousandths of a core, each of which one count alone is right for, and reached in one step from any other. (50 is none of them: a third of it is rounded up to
    /// 17, and three times 17 % of the request are 1.02 replicas.)
    /// </summary>
    public static readonly int[] Loads = [48, 140, 240];

    /// <summary>The replicas that are right for a load.</summary>
    public static int ReplicasFor(int milli) => (int)Math.Ceiling(milli / FleetSettings.Target);
}
