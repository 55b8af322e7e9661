using System.Text.Json;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The API server's log of all requests.</summary>
internal sealed class AuditLog(string folder)
{
    private string Current => Path.Combine(folder, "audit.log");

    public void Empty()
    {
        // The API server appends; what it has put aside is not written any longer.
        using (File.Open(Current, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
        }

        foreach (var old in Directory.EnumerateFiles(folder, "audit-*.log")) File.Delete(old);
    }

    /// <summary>Keeps the log readable even if it is removed.</summary>
    public FileStream Open() => new(Current, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Counts the requests of a user agent.</summary>
    public RequestCounts Count(string agent)
    {
        var counts = new RequestCounts();
        foreach (var file in Directory.EnumerateFiles(folder, "audit*.log"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            counts.Add(stream, agent);
        }

        return counts;
    }
}

/// <summary>The requests of one user agent, by what they did.</summary>
internal sealed class RequestCounts
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public int Writes { get; private set; }

    public int Events { get; private set; }

    public int Refused { get; private set; }

    /// <summary>All others, such as <c>list pods</c>.</summary>
    public SortedDictionary<string, int> Others { get; } = new(StringComparer.Ordinal);

    public int Total => Writes + Events + Others.Values.Sum();

    public void Add(Stream log, string agent)
    {
        using var reader = new StreamReader(log, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            // The last line may be half written.
            if (!line.Contains(agent, StringComparison.Ordinal) || !line.EndsWith('}')) continue;
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;

            // A watch is logged at its start and at its end.
            if (Text(entry, "userAgent")?.Contains(agent, StringComparison.Ordinal) == true && _seen.Add(Text(entry, "auditID")!)) Add(entry);
        }
    }

    private void Add(JsonElement entry)
    {
        var verb = Text(entry, "verb");
        var about = entry.TryGetProperty("objectRef", out var reference) ? reference : default;
        var (resource, sub) = (Text(about, "resource"), Text(about, "subresource"));
        if (entry.TryGetProperty("responseStatus", out var status) && status.TryGetProperty("code", out var code) && code.GetInt32() >= 400) Refused++;
        if (sub == "scale" && verb is "update" or "patch") Writes++;
        else if (resource == "events") Events++;
        else
        {
            var what = $"{verb} {(resource is null ? Text(entry, "requestURI") : Text(about, "apiGroup") is { } group ? $"{group}/{resource}" : resource)}{(sub is null ? "" : "/" + sub)}";
            Others[what] = Others.GetValueOrDefault(what) + 1;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) ? text.GetString() : null;
}
