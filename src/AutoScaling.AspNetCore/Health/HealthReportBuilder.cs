using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoScaling.AspNetCore.Health;

/// <summary>Gathers what is wrong, the worst of which is how the autoscaler stands.</summary>
/// <param name="data">What the answer has beside its sentence.</param>
internal sealed class HealthReportBuilder(Dictionary<string, object> data)
{
    // As many as anybody reads; how many there are is said as well.
    private const int MostSentences = 20;
    private const int MostInTheSentence = 3;

    private readonly List<string> _sentences = [];
    private HealthStatus _worst = HealthStatus.Healthy;

    /// <summary>Adds a trouble.</summary>
    /// <param name="status">How bad it is.</param>
    /// <param name="key">What it is called in the data.</param>
    /// <param name="details">What it is, one sentence each.</param>
    /// <param name="what">What it is in all, as the beginning of a sentence.</param>
    public void Add(HealthStatus status, string key, IReadOnlyCollection<string> details, string what)
    {
        data[key] = details.Take(MostSentences).ToArray();
        if (details.Count > MostSentences) data[$"{key}Count"] = details.Count;
        if (status == HealthStatus.Healthy) return;
        if (status < _worst) _worst = status;
        var more = details.Count > MostInTheSentence ? $"; and {details.Count - MostInTheSentence} more" : "";
        _sentences.Add($"{what}: {string.Join("; ", details.Take(MostInTheSentence).Select(detail => detail.TrimEnd('.')))}{more}.");
    }

    /// <summary>The answer.</summary>
    /// <param name="fine">What is said if nothing is wrong.</param>
    public HealthCheckResult Build(string fine) =>
        new(_worst, _sentences.Count == 0 ? fine : string.Join(' ', _sentences), exception: null, data);
}
