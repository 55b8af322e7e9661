using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Events;

/// <summary>A Kubernetes Event (core/v1), which <c>kubectl describe</c> shows.</summary>
internal sealed class EventDocument
{
    public string ApiVersion { get; set; } = "v1";

    public string Kind { get; set; } = "Event";

    public ObjectMetadata? Metadata { get; set; }

    public EventObject? InvolvedObject { get; set; }

    public string? Type { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public EventSource? Source { get; set; }

    public DateTimeOffset? FirstTimestamp { get; set; }

    public DateTimeOffset? LastTimestamp { get; set; }

    public int Count { get; set; } = 1;

    public string? ReportingComponent { get; set; }
}

/// <summary>The object that an Event is about.</summary>
internal sealed class EventObject
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string? Namespace { get; set; }

    public string? Name { get; set; }

    public string? Uid { get; set; }
}

/// <summary>Who writes an Event.</summary>
internal sealed class EventSource
{
    public string? Component { get; set; }
}
