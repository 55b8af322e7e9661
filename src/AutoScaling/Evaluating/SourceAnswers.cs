using System.Collections.Concurrent;
using AutoScaling.Policies;

namespace AutoScaling.Evaluating;

/// <summary>What each source answered in one evaluation, so that a shadow decides on the very readings of the policy, and no source is asked twice.</summary>
internal sealed class SourceAnswers
{
    private readonly ConcurrentDictionary<string, (ServiceMetrics? Readings, string? Reason)> _answers = new(StringComparer.Ordinal);

    public void Add(string? source, ServiceMetrics readings) => _answers[source ?? ""] = (readings, null);

    public void AddFailure(string? source, string reason) => _answers[source ?? ""] = (null, reason);

    /// <summary>The readings as they are for a policy.</summary>
    public ServiceMetrics For(ScalingPolicy policy) => policy.Sources is [var only] ? Of(only) : new([.. policy.Sources.SelectMany(Of)]);

    private ServiceMetrics Of(SourceMetrics source)
    {
        var (readings, reason) = _answers.GetValueOrDefault(source.Source ?? "");
        return readings ?? MetricsReader.Failed(source, reason ?? "it was not asked");
    }
}
