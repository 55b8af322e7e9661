using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>The states of a ConfigMap, as people would have to read and write them by hand.</summary>
internal static class ZippedStates
{
    public static string Zip(string text)
    {
        var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest)) zip.Write(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(buffer.ToArray());
    }

    public static JsonObject Unzip(string content)
    {
        using var zip = new GZipStream(new MemoryStream(Convert.FromBase64String(content)), CompressionMode.Decompress);
        return JsonNode.Parse(zip)!.AsObject();
    }
}
