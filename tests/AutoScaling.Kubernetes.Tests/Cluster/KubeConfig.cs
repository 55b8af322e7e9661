using System.Text;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One user of a kubeconfig, and the context of the same name.</summary>
internal sealed record KubeConfigUser(string Name, (string Certificate, string Key) Pair = default, string? Namespace = null)
{
    /// <summary>Who has no certificate shows this. Stubs ask nobody.</summary>
    public string Token { get; init; } = "t";
}

/// <summary>Writes kubeconfig files, whose YAML is JSON. The first user's context is the current one.</summary>
internal static class KubeConfig
{
    public static string Text(string server, string? authority, params KubeConfigUser[] users)
    {
        var cluster = new JsonObject { ["server"] = server };
        if (authority is not null) cluster["certificate-authority-data"] = Base64(authority);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = users[0].Name,
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = "c", ["cluster"] = cluster }),
            ["users"] = new JsonArray([.. users.Select(u => new JsonObject { ["name"] = u.Name, ["user"] = User(u) })]),
            ["contexts"] = new JsonArray([.. users.Select(u => new JsonObject { ["name"] = u.Name, ["context"] = Context(u) })]),
        }.ToJsonString();
    }

    private static JsonObject User(KubeConfigUser user) => user.Pair.Certificate is null
        ? new() { ["token"] = user.Token }
        : new() { ["client-certificate-data"] = Base64(user.Pair.Certificate), ["client-key-data"] = Base64(user.Pair.Key) };

    private static JsonObject Context(KubeConfigUser user)
    {
        var context = new JsonObject { ["cluster"] = "c", ["user"] = user.Name };
        if (user.Namespace is not null) context["namespace"] = user.Namespace;
        return context;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
