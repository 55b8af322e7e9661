using System.Text.Json;
using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>A thing as the API server sends it.</summary>
internal interface IApiObject
{
    ObjectMetadata? About { get; }
}

/// <summary>What every object says of itself.</summary>
internal class ObjectMetadata
{
    public string? Name { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Namespace { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }
}

/// <summary>All that an object says of itself, so that it can be written back as it came.</summary>
internal sealed class KeptMetadata : ObjectMetadata
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
