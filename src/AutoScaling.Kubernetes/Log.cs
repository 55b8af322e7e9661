using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes;

/// <summary>Everything that is logged here, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Target} is not scaled, because the HorizontalPodAutoscaler '{Namespace}/{Name}' scales it too: delete that one, or set AllowForeignAutoscaler.")]
    public static partial void ForeignAutoscaler(ILogger logger, ScalingTarget target, string @namespace, string name);

    [LoggerMessage(2, LogLevel.Warning, "Kubernetes Events cannot be written: {Reason}. Scaling goes on without them.")]
    public static partial void EventsNotWritten(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Count} Kubernetes Events were dropped, the oldest first, because they came faster than they could be written.")]
    public static partial void EventsDropped(ILogger logger, long count);

    [LoggerMessage(4, LogLevel.Warning, "{Count} Kubernetes Events may not have been written, because the host stops.")]
    public static partial void EventsUnwritten(ILogger logger, long count);

    [LoggerMessage(20, LogLevel.Information, "The Lease '{Namespace}/{Lease}' is held by '{Holder}'.")]
    public static partial void LeaseHolder(ILogger logger, string @namespace, string lease, string holder);

    [LoggerMessage(21, LogLevel.Warning, "The Lease '{Namespace}/{Lease}' cannot be looked after: {Reason}. It is tried again.")]
    public static partial void LeaseTrouble(ILogger logger, string @namespace, string lease, string reason);

    [LoggerMessage(22, LogLevel.Information, "The Lease '{Namespace}/{Lease}' can be looked after again.")]
    public static partial void LeaseTroubleOver(ILogger logger, string @namespace, string lease);

    [LoggerMessage(23, LogLevel.Error, "Something failed when it was told that this copy leads no longer.")]
    public static partial void EndFailed(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "The Lease '{Namespace}/{Lease}' says that its holder may show no sign of life for {Seconds} s; this copy waits no longer than {Longest} for one.")]
    public static partial void LeaseTooLong(ILogger logger, string @namespace, string lease, int? seconds, TimeSpan longest);
}
