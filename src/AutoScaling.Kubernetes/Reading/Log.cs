using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>What is logged of reading, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The {Resources} in {Where} cannot be watched ({Reason}), so that they are listed again and again, which costs more.")]
    public static partial void NotWatched(ILogger logger, string resources, string where, string reason);
}
