using System.Globalization;

namespace AutoScaling.Kubernetes;

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
    public long Number(string key, long without) =>
        Data?.GetValueOrDefault(key) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : without;
}
