using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes;

internal static partial class Log
{
    [LoggerMessage(24, LogLevel.Warning, "The Lease '{Namespace}/{Lease}' says that its holder may show no sign of life for {Seconds} s; this copy waits no longer than {Longest} for one.")]
    public static partial void LeaseTooLong(ILogger logger, string @namespace, string lease, int? seconds, TimeSpan longest);
}
