using AutoScaling.Primitives;

namespace AutoScaling.Rules.Queueing;

/// <summary>The figures behind an answer, of which a sentence is made when somebody reads it.</summary>
internal sealed class QueueingDetail(QueueingRule rule, double arrivals, double each, int model)
{
    /// <summary>By how much the model's count is corrected.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The measured latency in seconds; <see langword="null"/> if it is not known.</summary>
    public double? Latency { get; init; }

    /// <summary>How many readings of the service time there are, while they are not enough; otherwise <see langword="null"/>.</summary>
    public int? Learning { get; init; }

    public override string ToString()
    {
        var offered = arrivals * each;
        var places = (double)model * rule.ConcurrencyPerReplica;
        var within = places <= offered ? 0 : 100 * (1 - ErlangC.Slower(places, offered, rule.Objective.TotalSeconds / each));
        var percent = $"{Phrase.Exact(rule.Percentile)} %";
        var objective = Phrase.Of(rule.Objective);
        var isInReach = Math.Exp(-rule.Objective.TotalSeconds / each) < rule.SlowShare;
        var how = rule.ServiceTime is null ? ", as learned," : "";
        var load = $"and {Seconds(each)} for each{how} keep {Phrase.Of(offered)} under way at once";
        var need = isInReach
            ? $"{Phrase.Replicas(model)} answer {Phrase.Of(within)} % within {objective} (the objective: {percent})"
            : $"no count answers {percent} within {objective}, and with {Phrase.Replicas(model)} hardly any request waits";
        return $"{load}: {need}{Measured()}{Known()}";
    }

    private string Measured()
    {
        if (rule.LatencyMetric is null) return "";
        var seen = Latency is { } seconds ? $"{rule.LatencyMetric} is {Seconds(seconds)}" : $"{rule.LatencyMetric} is not known";
        return Math.Abs(Factor - 1) < 0.005
            ? $"; {seen}"
            : $"; {seen}, and what was measured so far makes it {Phrase.Of(Factor)} times as many";
    }

    private string Known() => Learning is not { } samples ? ""
        : $"; none is removed before the service time is known ({samples} of {QueueingLive.Enough} readings)";

    private static string Seconds(double value) => Phrase.Of(TimeSpan.FromSeconds(Math.Min(value, 1e9)));
}
