using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes;

/// <summary>A Lease (coordination.k8s.io/v1). What else is in it goes back as it came.</summary>
internal sealed class LeaseDocument
{
    public string ApiVersion { get; set; } = "coordination.k8s.io/v1";

    public string Kind { get; set; } = "Lease";

    public KeptMetadata? Metadata { get; set; }

    public LeaseSpec? Spec { get; set; }
}

/// <summary>What an object says of itself, all of it.</summary>
internal sealed class KeptMetadata : ObjectMetadata
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

internal sealed class LeaseSpec
{
    private const string MicroTime = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public string? HolderIdentity { get; set; }

    public int? LeaseDurationSeconds { get; set; }

    public string? AcquireTime { get; set; }

    public string? RenewTime { get; set; }

    public int? LeaseTransitions { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>A time as Leases write it: the API server takes no other number of digits.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(MicroTime, CultureInfo.InvariantCulture);

    /// <summary>Whether it was taken by the same copy at the same time. The time is compared as text: it is only a name for the taking, no clock is read from it.</summary>
    public bool IsSameTaking(LeaseSpec other) =>
        (HolderIdentity, AcquireTime, LeaseTransitions) == (other.HolderIdentity, other.AcquireTime, other.LeaseTransitions);
}
