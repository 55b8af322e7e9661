using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>Everything that evaluations log, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(26, LogLevel.Information, "{Target}: the time is over of what was said before: {Override}.")]
    public static partial void OverrideEnded(ILogger logger, ScalingTarget target, ScalingOverride @override);

    [LoggerMessage(27, LogLevel.Information, "{Target}: {Override}.")]
    public static partial void Overridden(ILogger logger, ScalingTarget target, ScalingOverride @override);

    [LoggerMessage(28, LogLevel.Information, "{Target} is resumed. Before: {Override}.")]
    public static partial void Resumed(ILogger logger, ScalingTarget target, ScalingOverride @override);

    [LoggerMessage(3, LogLevel.Information, "Scaled {Target} from {From} to {To} replicas. {Explanation}")]
    public static partial void Scaled(ILogger logger, ScalingTarget target, int from, int to, string explanation);

    [LoggerMessage(
        EventId = 29,
        Message = "{Target} should be scaled from {From} to {To} replicas; that is only recommended. {Explanation}")]
    public static partial void Recommended(ILogger logger, LogLevel level, ScalingTarget target, int from, int to, string explanation);

    [LoggerMessage(4, LogLevel.Debug, "{Explanation}")]
    public static partial void Stayed(ILogger logger, string explanation);

    [LoggerMessage(EventId = 5, Message = "{Target} was not scaled from {From} to {To} replicas ({Kind}): {Reason}.")]
    public static partial void NotScaled(
        ILogger logger, LogLevel level, ScalingTarget target, int from, int to, ScaleOutcomeKind kind, string? reason);

    [LoggerMessage(EventId = 6, Message = "{Target} could not be evaluated: {Error}")]
    public static partial void NotEvaluated(ILogger logger, LogLevel level, ScalingTarget target, string error, Exception? exception);

    [LoggerMessage(16, LogLevel.Information, "{Target} can be evaluated again.")]
    public static partial void EvaluatedAgain(ILogger logger, ScalingTarget target);

    [LoggerMessage(EventId = 7, Message = "{Target}: {Unreadable}. Meanwhile no rule scales it down.")]
    public static partial void NotRead(ILogger logger, LogLevel level, ScalingTarget target, string unreadable, Exception? exception);

    [LoggerMessage(17, LogLevel.Information, "The rules of {Target} have all the readings that they need again.")]
    public static partial void ReadAgain(ILogger logger, ScalingTarget target);

    [LoggerMessage(EventId = 14, Message = "The shadows of {Target} were evaluated without the readings of {Source}: {Error}")]
    public static partial void ShadowSourceFailed(
        ILogger logger, LogLevel level, ScalingTarget target, string source, string error, Exception? exception);

    [LoggerMessage(18, LogLevel.Information, "The shadows of {Target} have the readings of {Source} again.")]
    public static partial void ShadowSourceAnswersAgain(ILogger logger, ScalingTarget target, string source);

    [LoggerMessage(EventId = 15, Message = "The shadow '{Shadow}' of {Target} could not decide: {Error}")]
    public static partial void ShadowFailed(
        ILogger logger, LogLevel level, string shadow, ScalingTarget target, string error, Exception? exception);

    [LoggerMessage(19, LogLevel.Information, "The shadow '{Shadow}' of {Target} can decide again.")]
    public static partial void ShadowDecidesAgain(ILogger logger, string shadow, ScalingTarget target);

    [LoggerMessage(25, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(ILogger logger, string warning);
}
