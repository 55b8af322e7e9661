using System.Globalization;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class TableReportTests
{
    private static readonly Candidate Odd = Candidate.Of(new() { Target = "x" }, "a name that is much too long for a column");

    [Fact]
    public void ToTable_OneTrace_IsAlignedAndSaysWhatToBewareOf()
    {
        var report = new BacktestReport(SampleRuns.Compare([Candidate.StaticMean, Candidate.StaticPeak], Stairs("stairs")), baseline: "static peak");

        Assert.Equal(
            $"""
            stairs: from 2024-03-05 00:00:00 UTC, 1m in steps of 15s, the first 25 % not scored, 45s scored
              demand = max(1, ceil(load / (0.8 · 10))), start delay 60s, timeout 30s, latency objective 500ms
              candidate       J   θU %   θO %   τU %   τO %  max %    υ %  jitter     ε  cost  rep-h  short %  drop %    p50    p95     p99  >obj %  scal  rev
              static mean  3.10  13.33  16.67  33.33  33.33   0.00  100.0   -4.00  0.04  0.60   0.04    50.00    2.50  104ms  2.21s  17.92s   16.67     0    0
              static peak  1.00   0.00  72.22   0.00  66.67   0.00  100.0   -4.00  1.00  1.00   0.06     0.00    0.00  104ms  210ms   420ms    0.00     0    0

            J        cost + 5 · share of requests in shortage: one number to rank by, less is better.
            θU %     missing replicas as a share of demand, on average over time.
            θO %     spare replicas as a share of demand, on average over time. It explodes when demand is low (nights): read the cost instead.
            τU %     share of time with too few replicas. It counts 1 of 50 missing like 40 of 50: read the shortage too.
            τO %     share of time with more replicas than needed.
            max %    share of time at the most replicas that the policy allows. Where it is large, the range or the assumed capacity has decided, and not the rules.
            υ %      instability: share of time in which supply and demand do not move the same way.
            jitter   replicas changed per minute, less those that demand changed.
            ε        elastic speedup against the baseline; more than 1 is better. It rewards waste: never rank by it, and read it beside the cost.
            cost     replica-hours divided by those of a clairvoyant with the same start delay.
            rep-h    hours of ready replicas.
            short %  share of requests that arrive while there are too few replicas.
            drop %   share of requests that are dropped.
            p50      response time that half of the requests do not exceed.
            p95      response time that 95 % of the requests do not exceed.
            p99      response time that 99 % of the requests do not exceed.
            >obj %   share of requests that take longer than the objective or are dropped.
            scal     how often replicas were added or removed.
            rev      scalings that went the other way than the one before.
            The baseline of ε is static peak.
            Demand is max(1, ceil(load / (objective utilization · capacity per replica))). All scores depend on it: they compare only where it is the same.

            Tested by AutoScaling.Simulation {Tested.Version}, seed 1, interval 30s where a policy has none, the first 25 % not scored.

            """,
            report.ToTable());
    }

    [Fact]
    public void ToTable_SeveralTracesAndASweep_GivesMeansAndTheCurve()
    {
        var comparison = SampleRuns.Compare([Candidate.StaticPeak, Odd], Stairs("one"), Stairs("two"));
        var table = new BacktestReport(comparison, [Sweep]).ToTable();

        Assert.Contains("\nMeans over the 2 traces\n  candidate  ", table, StringComparison.Ordinal);
        Assert.Contains("\n  a name that is much too lon…  ", table, StringComparison.Ordinal);
        Assert.Contains(
            """

            Sweep of target, means over the traces
              value  cost  short %  τU %     J
              50     1.50     0.25  0.13  1.51
              72.5   1.00    10.00  8.00  1.50

            """,
            table,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToTable_ScheduleOnALoadWithoutADate_SaysWhatIsSupposed()
    {
        var policy = new ScalingPolicy { Target = "shop", Rules = [new ScheduleRule { Start = "0 9 * * MON-FRI", End = "0 17 * * MON-FRI", Replicas = 3 }] };
        string Table(DateTimeOffset? start) => new BacktestReport(Backtest.Compare(
            [Candidate.StaticMean, Candidate.Of(policy), Candidate.Of(policy, "other"), Candidate.Hpa(70)],
            [new LoadTrace("day", [new(TimeSpan.Zero, 1), new(TimeSpan.FromMinutes(10), 2)], start)], _ => Traces.Service, null, null, CancellationToken.None)).ToTable();

        Assert.Contains(
            "\n  shop, other have a schedule, but the times of day are no dates: it is supposed to begin on Monday 2024-01-01 00:00 UTC. "
            + "Say when it began (LoadOptions.Start; --start DATE).\n",
            Table(null),
            StringComparison.Ordinal);
        Assert.DoesNotContain("a schedule", Table(DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
    }

    [Fact]
    public void ToTable_SweepWithoutValues_SaysSo() =>
        Assert.Contains("Sweep of target: no values\n", new BacktestReport(Small(), [Sweep with { Points = [] }]).ToTable(), StringComparison.Ordinal);

    [Fact]
    public void ToTable_OtherCulture_IsTheSame()
    {
        var report = new BacktestReport(Small(), [Sweep]);
        var expected = (report.ToTable(), report.ToCsv(), report.ToJson(), HtmlReportTests.Html(report));
        var before = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat = new() { NumberDecimalSeparator = ",", NegativeSign = "minus" };
            CultureInfo.CurrentCulture = other;
            Assert.Equal(expected, (report.ToTable(), report.ToCsv(), report.ToJson(), HtmlReportTests.Html(report)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Constructor_UnknownBaseline_Throws()
    {
        var error = Assert.Throws<ScalingException>(() => new BacktestReport(Small(), baseline: "HPA"));
        Assert.Equal("Baseline must be the name of a candidate (static mean, static peak), but is 'HPA'.", error.Message);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
    }

    [Fact]
    public void Constructor_MissingBacktest_Throws()
    {
        var comparison = Small();
        var error = Assert.Throws<ScalingException>(() => new BacktestReport(comparison with { Runs = comparison.Runs[..1] }));
        Assert.Equal("Runs must hold a backtest of each candidate on each trace (2), but holds 1.", error.Message);
    }

    [Fact]
    public void Constructor_NoCandidates_Throws()
    {
        var error = Assert.Throws<ScalingException>(() => new BacktestReport(new() { Candidates = [], Workloads = [], Runs = [] }));
        Assert.Equal("Candidates must hold at least 1 candidate, but is empty.", error.Message);
    }

    internal static SweepCurve Sweep { get; } = new()
    {
        Setting = "target",
        Points =
        [
            new() { Value = 50, Candidate = Candidate.Hpa(50), RelativeCost = 1.5, ShortageShare = 0.25, UnderTime = 0.125, J = 1.5125 },
            new() { Value = 72.5, Candidate = Candidate.Hpa(72.5), RelativeCost = 1, ShortageShare = 10, UnderTime = 8, J = 1.5 },
        ],
    };

    internal static Comparison Small() => SampleRuns.Compare([Candidate.StaticMean, Candidate.StaticPeak], Stairs("stairs"));

    private static Workload Stairs(string name) => SampleRuns.Workload(name, [8, 16, 24, 40], scoredFrom: 1);
}
