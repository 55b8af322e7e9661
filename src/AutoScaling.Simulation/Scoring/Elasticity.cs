namespace AutoScaling.Simulation.Scoring;

/// <summary>How well supply follows demand, on a grid of equal steps.</summary>
/// <remarks>
/// Sources: accuracy, timeshare, jitter and instability of Herbst et al., "Ready for Rain? A View from SPEC Research on the Future of Cloud
/// Metrics" (SPEC-RG-2016-01), and of their benchmark BUNGEE; by supply, and the two directions of instability, of Ilyushkin et al., "An
/// Experimental Performance Evaluation of Autoscalers" (2017).
/// </remarks>
internal readonly record struct Elasticity
{
    /// <summary>The replicas that are missing, on average over time.</summary>
    public double Missing { get; private init; }

    /// <summary>The replicas that are spare, on average over time.</summary>
    public double Spare { get; private init; }

    /// <summary>The missing replicas as a share of demand, on average over time.</summary>
    public double MissingShare { get; private init; }

    /// <summary>The spare replicas as a share of demand, on average over time.</summary>
    public double SpareShare { get; private init; }

    /// <summary>The spare replicas as a share of supply, on average over time.</summary>
    public double SpareShareOfSupply { get; private init; }

    /// <summary>The share of time with too few replicas.</summary>
    public double UnderTime { get; private init; }

    /// <summary>The share of time with too many replicas.</summary>
    public double OverTime { get; private init; }

    /// <summary>The share of steps in which supply and demand do not move the same way.</summary>
    public double Instability { get; private init; }

    /// <summary>The share of steps in which supply rises and demand does not, or supply stays and demand falls.</summary>
    public double TooMuch { get; private init; }

    /// <summary>The share of steps in which demand rises and supply does not, or demand stays and supply falls.</summary>
    public double TooLittle { get; private init; }

    /// <summary>The replicas that supply changed, less those that demand changed, per step.</summary>
    public double Jitter { get; private init; }

    public static Elasticity Of(ReadOnlySpan<int> demand, ReadOnlySpan<int> supply)
    {
        double missing = 0, spare = 0, missingShare = 0, spareShare = 0, spareOfSupply = 0;
        long under = 0, over = 0, tooMuch = 0, tooLittle = 0, supplyChanged = 0, demandChanged = 0;
        for (var i = 0; i < demand.Length; i++)
        {
            var lack = demand[i] - supply[i];
            if (lack > 0)
            {
                under++;
                missing += lack;
                missingShare += (double)lack / demand[i];
            }
            else if (lack < 0)
            {
                over++;
                spare -= lack;
                spareShare -= (double)lack / demand[i];
                spareOfSupply -= (double)lack / supply[i];
            }

            if (i == 0) continue;
            int demandMoved = demand[i] - demand[i - 1], supplyMoved = supply[i] - supply[i - 1];
            demandChanged += Math.Abs(demandMoved);
            supplyChanged += Math.Abs(supplyMoved);
            if (Math.Sign(supplyMoved) > Math.Sign(demandMoved)) tooMuch++;
            if (Math.Sign(supplyMoved) < Math.Sign(demandMoved)) tooLittle++;
        }

        double steps = Math.Max(1, demand.Length);
        return new()
        {
            Missing = missing / steps,
            Spare = spare / steps,
            MissingShare = missingShare / steps,
            SpareShare = spareShare / steps,
            SpareShareOfSupply = spareOfSupply / steps,
            UnderTime = under / steps,
            OverTime = over / steps,
            Instability = (tooMuch + tooLittle) / Math.Max(1, steps - 1),
            TooMuch = tooMuch / Math.Max(1, steps - 1),
            TooLittle = tooLittle / Math.Max(1, steps - 1),
            Jitter = (supplyChanged - demandChanged) / steps,
        };
    }
}
