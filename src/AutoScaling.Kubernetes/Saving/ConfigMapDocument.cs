using System.Globalization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>A ConfigMap (core/v1).</summary>
internal sealed class ConfigMapDocument
{
    public string ApiVersion { get; set; } = "v1";

    public string Kind { get; set; } = "ConfigMap";

    public KeptMetadata? Metadata { get; set; }

    public Dictionary<string, string>? Data { get; set; }

    public Dictionary<string, byte[]>? BinaryData { get; set; }

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

/// <summary>The answer to a write, of which only what the API server has added is read.</summary>
internal sealed class WrittenObject
{
    public KeptMetadata? Metadata { get; set; }
}
