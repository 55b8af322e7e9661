using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>What an HPA says of its target.</summary>
/// <param name="Current">The replicas that it has found.</param>
/// <param name="Wanted">Those that it wants; <see langword="null"/> if it cannot say.</param>
internal sealed record HpaAnswer(int Current, int? Wanted)
{
    /// <summary>Reads the resource, autoscaling/v2beta2 or v2; <see langword="null"/> before the HPA has looked. A count of 0 is left out by v2.</summary>
    public static HpaAnswer? Of(JsonNode hpa) => hpa["status"] is { } status && status["conditions"] is not null
        ? new((int?)status["currentReplicas"] ?? 0, (int?)status["desiredReplicas"] is { } count and > 0 ? count : null)
        : null;
}
