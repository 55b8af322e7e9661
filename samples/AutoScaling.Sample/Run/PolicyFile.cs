using System.Collections.Immutable;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Sample.Run;

/// <summary>The file with the policies, checked before anything starts.</summary>
internal static class PolicyFile
{
    public static string Path(SampleOptions options) =>
        options.PolicyFile ?? System.IO.Path.Combine(AppContext.BaseDirectory, options.Simulated ? "simulated.yaml" : "policies.yaml");

    /// <summary>Finds what this sample cannot do with the policies; the autoscaler reads the file for itself, and follows its changes.</summary>
    /// <exception cref="CommandException">They are not policies, or ask for what is not there.</exception>
    public static void Check(SampleOptions options)
    {
        var path = Path(options);
        List<string> errors = [.. PolicyDocuments.Load(path, SampleHost.Defaults).SelectMany(p => Wrong(p, options.Simulated))];
        if (errors.Count > 0) throw PolicyDocuments.WrongIn(path, $"Policy file '{path}'", errors);
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
