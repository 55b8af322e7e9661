using System.Text.Json;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The API server's log of all requests, from when this was made.</summary>
internal sealed class AuditLog : IDisposable
{
    private readonly string _folder;
    private readonly HashSet<string> _putAside;

    // Held open: it can still be read when it was put aside, or removed.
    private readonly FileStream _first;
    private readonly long _start;

    public AuditLog(string folder)
    {
        _folder = folder;
        _putAside = [.. PutAside];
        _first = Open(Current);
        _start = _first.Length;
    }

    private string Current => Path.Combine(_folder, "audit.log");

    /// <summary>The files that were full, oldest first.</summary>
    private IEnumerable<string> PutAside => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "audit-*.log").Order(StringComparer.Ordinal) : [];

    /// <summary>Counts the requests of a user agent.</summary>
    public RequestCounts Count(string agent)
    {
        var counts = new RequestCounts();
        _first.Position = _start;
        counts.Add(_first, agent);

        // The first that was put aside since is the one that is open.
        var since = PutAside.Where(f => !_putAside.Contains(f)).ToList();
        foreach (var file in since.Count == 0 ? [] : since.Skip(1).Append(Current))
        {
            using var stream = Open(file);
            counts.Add(stream, agent);
        }

        return counts;
    }

    public void Dispose() => _first.Dispose();

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
            // The last line may be half written. If the file was emptied meanwhile, what it held is now zeros.
            if (!line.Contains(agent, StringComparison.Ordinal) || !line.EndsWith('}')) continue;
            using var json = JsonDocument.Parse(line.AsMemory().TrimStart('\0'));
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
