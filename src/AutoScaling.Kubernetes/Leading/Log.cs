using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Leading;

/// <summary>What is logged of the election, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Information, "The Lease '{Namespace}/{Lease}' is held by '{Holder}'.")]
    public static partial void LeaseHolder(ILogger logger, string @namespace, string lease, string holder);

    [LoggerMessage(21, LogLevel.Warning, "The Lease '{Namespace}/{Lease}' cannot be looked after: {Reason}. It is tried again.")]
    public static partial void LeaseTrouble(ILogger logger, string @namespace, string lease, string reason);

    [LoggerMessage(22, LogLevel.Information, "The Lease '{Namespace}/{Lease}' can be looked after again.")]
    public static partial void LeaseTroubleOver(ILogger logger, string @namespace, string lease);

    [LoggerMessage(23, LogLevel.Error, "Something failed when it was told that this copy leads no longer.")]
    public static partial void EndFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        24,
        LogLevel.Warning,
        "The Lease '{Namespace}/{Lease}' says that its holder may show no sign of life for {Duration}; " +
        "this copy waits no longer than {Longest} for one.")]
    public static partial void LeaseTooLong(ILogger logger, string @namespace, string lease, string duration, string longest);
}
