using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Scaling;

/// <summary>What is logged of scaling, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Target} is not scaled, because the HorizontalPodAutoscaler '{Namespace}/{Name}' scales it too: " +
        "delete that one, or set AllowForeignAutoscaler.")]
    public static partial void ForeignAutoscaler(ILogger logger, ScalingTarget target, string @namespace, string name);
}
