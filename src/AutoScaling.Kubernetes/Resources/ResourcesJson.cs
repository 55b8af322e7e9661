using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>How ScalingPolicies are read, and their status is written: null stays null, as it removes what was there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ApiList<PolicyResource, PolicyResource>))]
[JsonSerializable(typeof(WatchEvent<PolicyResource>))]
[JsonSerializable(typeof(ApiList<NamedItem, NamedItem>))]
[JsonSerializable(typeof(StatusPatch))]
internal sealed partial class ResourcesJson : JsonSerializerContext;
