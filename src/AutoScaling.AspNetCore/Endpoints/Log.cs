using Microsoft.Extensions.Logging;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>Who did what, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{By} did to '{Target}' by {Action}: {Said}")]
    public static partial void Done(ILogger logger, string by, string target, string action, string said);

    [LoggerMessage(2, LogLevel.Warning, "{By} was refused for '{Target}' by {Action}: {Error}")]
    public static partial void Refused(ILogger logger, string by, string target, string action, string error);

    [LoggerMessage(3, LogLevel.Critical, "The host stops: {Error}")]
    public static partial void Stops(ILogger logger, string error);
}
