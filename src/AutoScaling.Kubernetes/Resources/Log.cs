using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>What is logged of ScalingPolicies, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Error, "ScalingPolicies cannot be read, those that were read last stay in force: {Reason}.")]
    public static partial void NotListed(ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Information, "ScalingPolicies are read again; there are {Count}.")]
    public static partial void Listed(ILogger logger, int count);

    [LoggerMessage(42, LogLevel.Error, "The ScalingPolicy {Resource} is refused: {Errors}")]
    public static partial void Refused(ILogger logger, string resource, string errors);

    [LoggerMessage(43, LogLevel.Warning, "The ScalingPolicy {Resource} has targets that something else has: {Sentences}")]
    public static partial void Conflicts(ILogger logger, string resource, string sentences);

    [LoggerMessage(44, LogLevel.Warning, "The status of ScalingPolicies cannot be written, first that of {Resource}: {Reason}.")]
    public static partial void StatusNotWritten(ILogger logger, string resource, string reason);

    [LoggerMessage(45, LogLevel.Information, "The status of ScalingPolicies is written again.")]
    public static partial void StatusWritten(ILogger logger);
}
