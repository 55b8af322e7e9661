using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Stub;

/// <summary>The objects of one kind of a stub, by default its ConfigMaps: kept with versions, as the API server does, and out of reach when a test says so.</summary>
internal sealed class StubObjects(string folder = "/api/v1/namespaces/default/configmaps")
{
    private readonly Dictionary<string, JsonNode> _maps = [];
    private readonly Lock _gate = new();
    private int _version;

    /// <summary>The status with which a request is refused, given its method and the map's name; 0 if it is not.</summary>
    public Func<string, string, int> Refusal { get; set; } = (_, _) => 0;

    /// <summary>Changes a ConfigMap, as somebody with kubectl could.</summary>
    public void Change(string name, Action<JsonNode> change)
    {
        lock (_gate)
        {
            change(_maps[name]);
            _maps[name]["metadata"]!["resourceVersion"] = NextVersion();
        }
    }

    /// <summary>Deletes a ConfigMap, as somebody with kubectl could.</summary>
    public void Delete(string name)
    {
        lock (_gate) Assert.True(_maps.Remove(name));
    }

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(folder, StringComparison.Ordinal, out var rest)) return false;
        var sent = context.Request.Method == "GET" ? null : await JsonNode.ParseAsync(context.Request.Body);
        var name = rest.HasValue ? rest.Value![1..] : (string)sent!["metadata"]!["name"]!;
        if (Refusal(context.Request.Method, name) is > 0 and var status) return await StubServer.RefuseAsync(context, status);
        string? answer = null;
        lock (_gate)
        {
            var known = _maps.GetValueOrDefault(name);
            status = (context.Request.Method, known) switch
            {
                ("POST", not null) => 409,
                ("PUT" or "GET", null) => 404,
                ("PUT", _) when (string?)sent!["metadata"]!["resourceVersion"] != (string?)known!["metadata"]!["resourceVersion"] => 409,
                _ => 0,
            };
            if (status == 0 && sent is not null)
            {
                sent["metadata"]!["resourceVersion"] = NextVersion();
                _maps[name] = sent;
            }

            if (status == 0) answer = _maps[name].ToJsonString();
        }

        if (answer is null) return await StubServer.RefuseAsync(context, status);
        await context.Response.WriteAsync(answer);
        return true;
    }

    private string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);
}
