using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Events;

/// <summary>What is logged of Kubernetes Events, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(2, LogLevel.Warning, "Kubernetes Events cannot be written: {Reason}. Scaling goes on without them.")]
    public static partial void EventsNotWritten(ILogger logger, string reason);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "{Count} Kubernetes Events were dropped, the oldest first, because they came faster than they could be written.")]
    public static partial void EventsDropped(ILogger logger, long count);

    [LoggerMessage(4, LogLevel.Warning, "{Count} Kubernetes Events may not have been written, because the host stops.")]
    public static partial void EventsUnwritten(ILogger logger, long count);
}
