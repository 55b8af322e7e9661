using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The baseline: the real HPA controller, run by the folder's script.</summary>
internal static partial class HpaRun
{
    private const string Agent = "horizontal-pod-autoscaler";

    public static async Task<FleetResult> RunAsync(string folder, int count, CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster(folder);
        await Console.Error.WriteLineAsync("Now the same with the HPA controller ...");
        AuditLog? audit = null;
        try
        {
            // The script empties the audit log before the jump and removes it at the end.
            var output = await Shell.RunAsync(
                [cluster.Script("bench-hpa"), count.ToString(CultureInfo.InvariantCulture)],
                cluster.Variables,
                line => audit ??= line.StartsWith("created", StringComparison.Ordinal) ? cluster.Audit() : null,
                cancellationToken);
            var costs = Costs().Match(output);
            double Cost(string name) => double.Parse(costs.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
            return new()
            {
                Times = FleetTimes.Parse(output),
                Cpu = Cost("cpu"),
                Memory = Cost("memory"),
                ServerCpu = Cost("server"),
                Requests = audit?.Count(Agent) ?? new(),
            };
        }
        finally
        {
            audit?.Dispose();
        }
    }

    [GeneratedRegex(@"hpa cpu s: (?<cpu>\d+)\s+hpa rss MB: (?<memory>\d+)\s+apiserver cpu s: (?<server>\d+)\s+requests: (?<requests>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Costs();
}
