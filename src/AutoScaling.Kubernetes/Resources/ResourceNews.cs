using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>Logs what is wrong with ScalingPolicies, each once until it changes.</summary>
internal sealed class ResourceNews(ILogger<PolicyResources> log)
{
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private bool _isFailing;

    /// <summary>Logs what is wrong with one.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Tell(ResourceEntry entry)
    {
        string[] errors =
            [.. entry.Errors, .. entry.Refused.Where(r => !r.IsTaken).SelectMany(r => r.Errors), .. Some(entry.AnnotationTrouble)];
        string[] conflicts = [.. entry.Conflicts.Values, .. entry.Refused.Where(r => r.IsTaken).SelectMany(r => r.Errors)];
        var news = string.Join(' ', errors.Concat(conflicts).Distinct(StringComparer.Ordinal));
        if (string.Equals(_told.GetValueOrDefault(entry.Title, ""), news, StringComparison.Ordinal)) return false;
        if (news.Length == 0) _told.Remove(entry.Title);
        else _told[entry.Title] = news;
        if (errors.Length > 0) Log.Refused(log, entry.Title, string.Join(' ', errors.Distinct(StringComparer.Ordinal)));
        if (conflicts.Length > 0) Log.Conflicts(log, entry.Title, string.Join(' ', conflicts));
        return true;
    }

    public void AreRead(int count)
    {
        if (_isFailing) Log.Listed(log, count);
        _isFailing = false;
    }

    public void AreNotRead(string reason)
    {
        if (!_isFailing) Log.NotListed(log, reason);
        _isFailing = true;
    }

    private static IEnumerable<string> Some(string? text) => text is null ? [] : [text];
}
