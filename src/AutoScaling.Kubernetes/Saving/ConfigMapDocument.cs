using System.Globalization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>A ConfigMap (core/v1).</summary>
internal sealed class ConfigMapDocument : KeptObject
{
    private static readonly ApiResource ConfigMaps = new("", "v1", "configmaps") { Kind = "ConfigMap" };

    public Dictionary<string, string>? Data { get; set; }

    public Dictionary<string, byte[]>? BinaryData { get; set; }

    /// <summary>Reads and writes the ConfigMaps of a namespace.</summary>
    /// <param name="api">Sends the requests.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="retryTime">For how long a request is tried again; <see langword="null"/> if as long as the client's others.</param>
    public static ObjectClient<ConfigMapDocument, WrittenObject> Client(ApiClient api, string space, TimeSpan? retryTime = null) =>
        new(api, ConfigMaps, space, SavingJson.Default.ConfigMapDocument, ClientJson.Default.WrittenObject)
        {
            // Much less than the time in which a copy that takes over must have loaded, so that one request that hangs does not use it up.
            Timeout = TimeSpan.FromSeconds(8),
            RetryTime = retryTime,
        };

    /// <summary>Data of which each value is a number.</summary>
    public static Dictionary<string, string> Numbers(params ReadOnlySpan<(string Key, long Value)> numbers)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in numbers) data[key] = value.ToString(CultureInfo.InvariantCulture);
        return data;
    }

    /// <summary>A number among the data; <paramref name="without"/> if there is none.</summary>
    public long Number(string key, long without)
    {
        var text = Data?.GetValueOrDefault(key);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : without;
    }
}
