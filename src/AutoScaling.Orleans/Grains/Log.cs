using Microsoft.Extensions.Logging;

namespace AutoScaling.Orleans.Grains;

/// <summary>Everything that is logged of the grains of buckets.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Bucket {Bucket} is this silo's now.")]
    public static partial void Activated(ILogger logger, int bucket);

    [LoggerMessage(2, LogLevel.Debug, "Bucket {Bucket} is no longer this silo's: {Reason}")]
    public static partial void Deactivated(ILogger logger, int bucket, string reason);

    [LoggerMessage(
        EventId = 5,
        Message = "Bucket {Bucket} was not poked for longer than its lease: what was about to be scaled was not, and the states are loaded "
        + "again.")]
    public static partial void LeaseOver(ILogger logger, LogLevel level, int bucket);

    [LoggerMessage(6, LogLevel.Warning, "Bucket {Bucket} has no reminder, and is only poked: {Error}")]
    public static partial void NotReminded(ILogger logger, int bucket, string error);
}
