using Microsoft.Extensions.Logging;

namespace AutoScaling.Recording;

/// <summary>Everything that files log, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Warning, "The state of {Target} in '{Path}' cannot be read, so it starts anew: {Error}.")]
    public static partial void StateNotRead(ILogger logger, string target, string path, string error);
}
