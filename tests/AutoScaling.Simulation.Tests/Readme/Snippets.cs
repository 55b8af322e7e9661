namespace AutoScaling.Simulation.Tests.Readme;

/// <summary>The code of the package's README, so that the compiler reads it too.</summary>
internal static class Snippets
{
    public static Comparison Backtests()
    {
        #region backtest
        var trace = LoadTrace.Read("requests.csv"); // CSV, the answer of a Prometheus range query, CloudWatch, a decision log
        var policies = PolicyDocument.Load("policies.yaml");

        var comparison = Backtest.Compare(
            [.. policies.Select(p => Candidate.Of(p)), .. Candidate.Baselines],
            [trace],
            t => ServiceModel.For(t) with
            {
                CapacityPerReplica = 25,
                StartDelay = StartDelay.LogNormal(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(120)),
            });

        var report = new BacktestReport(comparison);
        Console.WriteLine(report.ToTable());
        using var file = File.CreateText("report.html"); // one file, without network: plots, scores, and why for every scaling
        report.WriteHtml(file);
        #endregion
        return comparison;
    }
}
