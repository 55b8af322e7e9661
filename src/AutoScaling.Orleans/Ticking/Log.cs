using Microsoft.Extensions.Logging;

namespace AutoScaling.Orleans.Ticking;

/// <summary>Everything that is logged of pokes and of handing over.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 7, Message = "Bucket {Bucket} could not be poked, which is tried again at every tick: {Error}")]
    public static partial void NotPoked(ILogger logger, LogLevel level, int bucket, string error);

    [LoggerMessage(8, LogLevel.Information, "This silo has more than its share, and hands over buckets: {Count} of them.")]
    public static partial void HandsOver(ILogger logger, int count);

    [LoggerMessage(9, LogLevel.Information, "Bucket {Bucket} answers again.")]
    public static partial void PokedAgain(ILogger logger, int bucket);
}
