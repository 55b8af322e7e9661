using AutoScaling.Tool.Findings;

namespace AutoScaling.Tool.Import;

/// <summary>What is to be told of one resource that becomes a policy.</summary>
/// <param name="file">The file that it stands in.</param>
/// <param name="resource">What it is called: <c>HorizontalPodAutoscaler 'shop'</c>.</param>
internal sealed class ResourceReport(string file, string resource)
{
    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    public string Resource => resource;

    /// <summary>Whether something in it cannot be read, so that there is no policy of it.</summary>
    public bool IsInvalid => _findings.Exists(f => f.Level == FindingLevel.Error);

    /// <summary>The policy does nearly the same, and this is what differs.</summary>
    public void Differs(string place, int line, string message) => Add(ImportRules.Differs, FindingLevel.Note, place, line, message);

    /// <summary>Something is to be done beside the policy, so that it can work.</summary>
    public void ToDo(string place, int line, string message) => Add(ImportRules.ToDo, FindingLevel.Note, place, line, message);

    /// <summary>It is left out of the policy.</summary>
    public void Unmapped(string place, int line, string message) => Add(ImportRules.Unmapped, FindingLevel.Warning, place, line, message);

    /// <summary>It cannot be read.</summary>
    public void Invalid(string place, int line, string message) => Add(ImportRules.Invalid, FindingLevel.Error, place, line, message);

    private void Add(string rule, FindingLevel level, string place, int line, string message) => _findings.Add(new()
    {
        File = file,
        Line = line,
        Service = resource,
        Setting = place.Length == 0 ? null : place,
        Rule = rule,
        Level = level,
        Message = message.EndsWith('.') ? message : message + ".",
    });
}

/// <summary>The rules of findings of an import.</summary>
internal static class ImportRules
{
    public const string Differs = "differs";
    public const string ToDo = "to-do";
    public const string Unmapped = "unmapped";
    public const string Invalid = "invalid-resource";
}
