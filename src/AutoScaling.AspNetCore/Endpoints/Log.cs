using Microsoft.Extensions.Logging;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>Who did what, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{By} asked to {Action} '{Target}': {Said}")]
    public static partial void Done(ILogger logger, string by, string action, string target, string said);

    [LoggerMessage(2, LogLevel.Warning, "{By} asked to {Action} '{Target}', and was refused: {Error}")]
    public static partial void Refused(ILogger logger, string by, string action, string target, string error);

    [LoggerMessage(3, LogLevel.Critical, "The host stops: {Error}")]
    public static partial void Stops(ILogger logger, string error);
}
