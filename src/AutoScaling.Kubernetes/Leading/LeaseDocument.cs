using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Leading;

/// <summary>A Lease (coordination.k8s.io/v1). What other programs have put into it is written back as it was read.</summary>
internal sealed class LeaseDocument : KeptObject
{
    private static readonly ApiResource Leases = new("coordination.k8s.io", "v1", "leases") { Kind = "Lease" };

    public LeaseSpec? Spec { get; set; }

    /// <summary>Reads and writes the Leases of a namespace.</summary>
    public static ObjectClient<LeaseDocument, LeaseDocument> Client(ApiClient api, string space) =>
        new(api, Leases, space, LeadingJson.Default.LeaseDocument, LeadingJson.Default.LeaseDocument);
}

/// <summary>Who holds the Lease, since when and for how long.</summary>
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

    /// <summary>A time as Leases have it: the API server refuses any other number of digits.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(MicroTime, CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether the same copy took both, at the same time. The times are compared as texts: they only tell one taking from another, and are
    /// compared with no clock.
    /// </summary>
    public bool IsSameTaking(LeaseSpec other) =>
        (HolderIdentity, AcquireTime, LeaseTransitions) == (other.HolderIdentity, other.AcquireTime, other.LeaseTransitions);
}
