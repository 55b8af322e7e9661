using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>What is logged of saved states, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(
        30, LogLevel.Warning, "The state of {Target} in the ConfigMap '{Namespace}/{Map}' cannot be read, so it starts anew: {Error}.")]
    public static partial void StateNotRead(ILogger logger, string target, string @namespace, string map, string error);

    [LoggerMessage(
        31, LogLevel.Warning, "The states in the ConfigMap '{Namespace}/{Map}' cannot be read, so their targets start anew: {Error}.")]
    public static partial void PartNotRead(ILogger logger, string @namespace, string map, string error);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "The states in the ConfigMap '{Namespace}/{Map}' cannot be read, so targets that were scaled last go on "
        + "with what was saved of them before: {Error}.")]
    public static partial void RecentNotRead(ILogger logger, string @namespace, string map, string error);
}
