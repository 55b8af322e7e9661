using Microsoft.Extensions.Logging;

namespace AutoScaling.Prometheus.Reading;

/// <summary>What is logged of Prometheus servers, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The settings of the Prometheus server '{Source}' were loaded again; metrics: {Count}.")]
    public static partial void Reloaded(ILogger logger, string source, int count);

    [LoggerMessage(
        2, LogLevel.Error, "The settings of the Prometheus server '{Source}' were not loaded again, the old ones stay: {Errors}")]
    public static partial void NotReloaded(ILogger logger, string source, string errors);

    [LoggerMessage(3, LogLevel.Warning, "The metric '{Metric}' of the Prometheus server '{Source}' cannot be read: {Reason}.")]
    public static partial void MetricBroken(ILogger logger, string metric, string source, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "The Prometheus server '{Source}' was added to the configuration, and can be read from the next start of the host on.")]
    public static partial void NeedsStart(ILogger logger, string source);
}
