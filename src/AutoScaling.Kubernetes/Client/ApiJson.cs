using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes;

/// <summary>The JSON of the API server, as far as it is needed: what is not in these types is skipped and costs no memory.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ScaleDocument))]
[JsonSerializable(typeof(ApiResourceList))]
[JsonSerializable(typeof(ApiList<WorkloadItem>))]
[JsonSerializable(typeof(ApiList<PodItem>))]
[JsonSerializable(typeof(ApiList<AutoscalerItem>))]
[JsonSerializable(typeof(ApiList<PodMetricsItem>))]
[JsonSerializable(typeof(ApiList<MetricValueItem>))]
[JsonSerializable(typeof(ApiGroup))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(LeaseDocument))]
[JsonSerializable(typeof(ConfigMapDocument))]
[JsonSerializable(typeof(WrittenObject))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Why a request failed.</summary>
internal sealed class ApiStatus
{
    public string? Kind { get; set; }

    public string? Message { get; set; }

    public ApiStatusDetails? Details { get; set; }
}

/// <summary>What an answer is about.</summary>
internal sealed class ApiStatusDetails
{
    /// <summary>Of a 404, the kind of thing that is not there, which may be another than what was asked for.</summary>
    public string? Kind { get; set; }
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

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
internal sealed class ApiList<T>
{
    public string? Kind { get; set; }

    public ListMetadata? Metadata { get; set; }

    public List<T>? Items { get; set; }
}

internal sealed class ListMetadata
{
    public string? ResourceVersion { get; set; }

    public string? Continue { get; set; }
}

/// <summary>The kinds of a group and version.</summary>
internal sealed class ApiResourceList
{
    public List<ApiResourceItem>? Resources { get; set; }
}

internal sealed class ApiResourceItem
{
    public string? Name { get; set; }

    public string? Kind { get; set; }
}

/// <summary>The versions of a group.</summary>
internal sealed class ApiGroup
{
    public List<ApiGroupVersion>? Versions { get; set; }

    public ApiGroupVersion? PreferredVersion { get; set; }
}

internal sealed class ApiGroupVersion
{
    public string? Version { get; set; }
}
