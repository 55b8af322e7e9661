using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Sharing;

/// <summary>Everything that is logged of the buckets of a silo.</summary>
internal static partial class Log
{
    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Bucket {Bucket} was let go before all its states were saved: the next silo goes on as after a crash.")]
    public static partial void ReleasedLate(ILogger logger, int bucket);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Another silo has saved the state of {Target}: bucket {Bucket} is let go, and nothing of it is scaled here.")]
    public static partial void Lost(ILogger logger, int bucket, ScalingTarget target);

    [LoggerMessage(10, LogLevel.Information, "Bucket {Bucket} is also active in {Silo}, and is let go here.")]
    public static partial void IsTwice(ILogger logger, int bucket, SiloAddress silo);
}
