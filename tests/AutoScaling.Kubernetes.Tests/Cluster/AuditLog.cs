using System.Text.Json;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One request as the API server saw it.</summary>
internal sealed record AuditEntry(string Verb, string Uri, string User, string UserAgent, int Status, string? Resource, string? Subresource, string? Namespace, string? Name);

/// <summary>The API server's audit log: what was really asked of it.</summary>
internal sealed class AuditLog(ControlPlane plane, string path)
{
    private static int _marks;

    /// <summary>A place in the log, after everything that has been answered so far.</summary>
    public async Task<long> MarkAsync(CancellationToken cancellationToken)
    {
        // The log is written beside the answers: when the mark's own line is there, so are those before it.
        var mark = $"/version?mark={Interlocked.Increment(ref _marks)}";
        await plane.Admin.GetAsync(mark, cancellationToken);
        for (; ; await Task.Delay(20, cancellationToken))
        {
            var found = Lines(0).LastOrDefault(l => l.Text.Contains($"\"{mark}\"", StringComparison.Ordinal));
            if (found.Text is not null) return found.End;
        }
    }

    /// <summary>The requests since a mark, marks left out.</summary>
    public async Task<IReadOnlyList<AuditEntry>> SinceAsync(long mark, CancellationToken cancellationToken)
    {
        var end = await MarkAsync(cancellationToken);
        return [.. Lines(mark).TakeWhile(l => l.End <= end).Select(l => Parse(l.Text)).Where(e => !e.Uri.Contains("?mark=", StringComparison.Ordinal))];
    }

    private IEnumerable<(string Text, long End)> Lines(long from)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var (end, length) = (from, file.Length);
        while (reader.ReadLine() is { } line)
        {
            end += System.Text.Encoding.UTF8.GetByteCount(line) + 1;

            // The last one may be under way: it is whole when its end was there before it was read.
            if (end > length) yield break;
            yield return (line, end);
        }
    }

    private static AuditEntry Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        string? Text(params string[] names)
        {
            var at = root;
            foreach (var name in names)
            {
                if (!at.TryGetProperty(name, out at)) return null;
            }

            return at.GetString();
        }

        return new(
            Text("verb")!,
            Text("requestURI")!,
            Text("user", "username")!,
            Text("userAgent") ?? "",
            root.TryGetProperty("responseStatus", out var status) && status.TryGetProperty("code", out var code) ? code.GetInt32() : 0,
            Text("objectRef", "resource"),
            Text("objectRef", "subresource"),
            Text("objectRef", "namespace"),
            Text("objectRef", "name"));
    }
}
