using Microsoft.Extensions.Logging;

namespace AutoScaling.Orleans.Saving;

/// <summary>Everything that is logged of states in grain storage.</summary>
internal static partial class Log
{
    [LoggerMessage(
        11, LogLevel.Warning, "The state of {Target} in the grain storage '{Storage}' cannot be read, so it starts anew: {Error}")]
    public static partial void Unreadable(ILogger logger, string target, string storage, string error);
}
