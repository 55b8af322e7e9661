using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Leading;

/// <summary>How Leases are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LeaseDocument))]
internal sealed partial class LeadingJson : JsonSerializerContext;
