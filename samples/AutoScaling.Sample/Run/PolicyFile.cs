using System.Collections.Immutable;

namespace AutoScaling.Sample.Run;

/// <summary>The file with the policies, checked before anything starts.</summary>
internal static class PolicyFile
{
    public static string Path(SampleOptions options) =>
        options.PolicyFile ?? System.IO.Path.Combine(AppContext.BaseDirectory, options.Simulated ? "simulated.yaml" : "policies.yaml");

    /// <summary>Reads the policies, to find what this sample cannot do with them; the autoscaler reads the file for itself, and follows its changes.</summary>
    /// <exception cref="SampleException">They are not policies, or ask for what is not there.</exception>
    public static void Check(SampleOptions options)
    {
        var path = Path(options);
        var errors = Wrong(path, options.Simulated);
        if (errors.Count > 0) throw new SampleException([.. errors.Select(e => e.Contains(path, StringComparison.Ordinal) ? e : $"Policy file '{path}': {e}")]);
    }

    private static IReadOnlyList<string> Wrong(string path, bool simulated)
    {
        try
        {
            var policies = PolicyDocument.Load(path, SampleHost.Defaults);
            return policies.IsEmpty ? ["There is no policy in it."] : [.. policies.SelectMany(p => Wrong(p, simulated))];
        }
        catch (ScalingException e)
        {
            return e.Errors;
        }
    }

    private static IEnumerable<string> Wrong(ScalingPolicy policy, bool simulated)
    {
        if (!simulated && policy.Target != SampleHost.Service)
            yield return $"There is no service '{policy.Target}' here: the one that runs is '{SampleHost.Service}' (with --simulated, services may have any name).";
        if (policy.Scaler is { } scaler)
            yield return $"The policy of '{policy.Target}' names the scaler '{scaler}', but this sample has only one: leave it out.";
        ImmutableArray<string> known = simulated ? ["cpu", "memory", "request_rate"] : ["cpu", "memory", SampleHost.Queue, SampleHost.Arrivals];
        foreach (var metric in policy.Rules.SelectMany(r => r.Metrics).Select(m => m.ToString()).Distinct(StringComparer.Ordinal).Except(known, StringComparer.Ordinal))
            yield return $"The policy of '{policy.Target}' uses the metric '{metric}', but {(simulated ? "--simulated makes up" : "this sample measures")} only {string.Join(", ", known)}.";
    }
}
