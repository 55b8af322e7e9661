using System.Globalization;

namespace AutoScaling.Tool.Import.Keda;

/// <summary>The Prometheus servers that triggers ask: each becomes one source of the host, whatever asks it alike shares it.</summary>
internal sealed class PrometheusServers
{
    private const string Usual = "prom";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The name of the source; what the host needs for it is told.</summary>
    /// <param name="metadata">The metadata of the trigger.</param>
    /// <param name="address">The server.</param>
    /// <param name="authentication">The name of the trigger's authentication; <see langword="null"/> if it has none.</param>
    public string Of(Fields metadata, string address, string? authentication)
    {
        var (headers, parameters) = (metadata.Text("customHeaders"), metadata.Text("queryParameters"));
        var (space, tenant, modes) = (metadata.Text("namespace"), metadata.Text("cortexOrgID"), metadata.Text("authModes"));
        var timeout = metadata.Text("timeout");
        var key = string.Join('\n', address, headers, parameters, space, tenant, modes, timeout, authentication);
        if (!_names.TryGetValue(key, out var name))
        {
            name = _names.Count == 0 ? Usual : string.Create(CultureInfo.InvariantCulture, $"{Usual}{_names.Count + 1}");
            _names.Add(key, name);
        }

        metadata.ToDo("serverAddress", $"needs a source in the host: AddPrometheus(\"{name}\", new Uri(\"{Told(address)}\"))");
        if (headers is not null)
            metadata.ToDo("customHeaders", $"belong to the source '{name}', as Headers ({string.Join(", ", Keys(headers))})");
        if (parameters is not null)
            metadata.ToDo("queryParameters", $"belong to the source '{name}', as Parameters ({string.Join(", ", Keys(parameters))})");
        if (space is not null) metadata.ToDo("namespace", $"belongs to the source '{name}', as Parameters: {{ namespace: {space} }}");
        if (tenant is not null) metadata.ToDo("cortexOrgID", $"belongs to the source '{name}', as Headers: {{ X-Scope-OrgID: {tenant} }}");
        if (modes is not null) metadata.ToDo("authModes", $"({modes}): {Credentials(modes)} of the source '{name}' say it");
        if (timeout is not null) metadata.ToDo("timeout", $"belongs to the source '{name}', as QueryTimeout, which is 4s by default");
        return name;
    }

    // A user and a password in an address are not told, and neither are values, which may be secret.
    private static string Told(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && url.UserInfo.Length > 0
        ? url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)
        : address;

    private static IEnumerable<string> Keys(string pairs) => pairs.Split(',').Select(pair => pair.Split('=')[0].Trim());

    private static string Credentials(string modes) => string.Join(" and ", modes.Split(',').Select(mode => mode.Trim() switch
    {
        "bearer" => "BearerTokenFile",
        "basic" => "Username and PasswordFile",
        "tls" => "AuthorityFile, CertificateFile and KeyFile",
        _ => "Headers",
    }));
}
