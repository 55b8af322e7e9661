using Microsoft.Extensions.Logging;

namespace AutoScaling;

/// <summary>Everything the loop logs, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Autoscaling has started; policies: {Count}.")]
    public static partial void Started(ILogger logger, int count);

    [LoggerMessage(13, LogLevel.Warning, "Autoscaling has started without a policy, so nothing is scaled: call AddPolicy, AddPolicies or AddPolicyFile, or look at the section's name.")]
    public static partial void NothingToDo(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "Autoscaling has stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Scaled {Target} from {From} to {To} replicas. {Explanation}")]
    public static partial void Scaled(ILogger logger, ScalingTarget target, int from, int to, string explanation);

    [LoggerMessage(4, LogLevel.Debug, "{Explanation}")]
    public static partial void Stayed(ILogger logger, string explanation);

    [LoggerMessage(EventId = 5, Message = "{Target} was not scaled from {From} to {To} replicas ({Kind}): {Reason}.")]
    public static partial void NotScaled(ILogger logger, LogLevel level, ScalingTarget target, int from, int to, ScaleOutcomeKind kind, string? reason);

    [LoggerMessage(EventId = 6, Message = "{Target} could not be evaluated: {Error}")]
    public static partial void NotEvaluated(ILogger logger, LogLevel level, ScalingTarget target, string error, Exception? exception);

    [LoggerMessage(16, LogLevel.Information, "{Target} can be evaluated again.")]
    public static partial void EvaluatedAgain(ILogger logger, ScalingTarget target);

    [LoggerMessage(EventId = 7, Message = "{Target}: {Unreadable}. Meanwhile no rule scales it down.")]
    public static partial void NotRead(ILogger logger, LogLevel level, ScalingTarget target, string unreadable, Exception? exception);

    [LoggerMessage(17, LogLevel.Information, "The rules of {Target} have all the readings that they need again.")]
    public static partial void ReadAgain(ILogger logger, ScalingTarget target);

    [LoggerMessage(EventId = 14, Message = "The shadows of {Target} were evaluated without the readings of {Source}: {Error}")]
    public static partial void ShadowSourceFailed(ILogger logger, LogLevel level, ScalingTarget target, string source, string error, Exception? exception);

    [LoggerMessage(18, LogLevel.Information, "The shadows of {Target} have the readings of {Source} again.")]
    public static partial void ShadowSourceAnswersAgain(ILogger logger, ScalingTarget target, string source);

    [LoggerMessage(EventId = 15, Message = "The shadow '{Shadow}' of {Target} could not decide: {Error}")]
    public static partial void ShadowFailed(ILogger logger, LogLevel level, string shadow, ScalingTarget target, string error, Exception? exception);

    [LoggerMessage(19, LogLevel.Information, "The shadow '{Shadow}' of {Target} can decide again.")]
    public static partial void ShadowDecidesAgain(ILogger logger, string shadow, ScalingTarget target);

    [LoggerMessage(20, LogLevel.Information, "This copy, '{Identity}', leads now and scales the targets.")]
    public static partial void Leads(ILogger logger, string identity);

    [LoggerMessage(21, LogLevel.Warning, "This copy, '{Identity}', leads no longer and scales nothing.")]
    public static partial void LeadsNoLonger(ILogger logger, string identity);

    [LoggerMessage(22, LogLevel.Warning, "This copy could not resign, so another one has to wait before it can lead: {Error}")]
    public static partial void NotResigned(ILogger logger, string error, Exception? exception);

    [LoggerMessage(8, LogLevel.Information, "Policies of {Source} were loaded again: {Count} of them.")]
    public static partial void Reloaded(ILogger logger, string source, int count);

    [LoggerMessage(9, LogLevel.Error, "Policies were not loaded again, the old ones stay: {Errors}")]
    public static partial void NotReloaded(ILogger logger, string errors);

    [LoggerMessage(EventId = 10, Message = "The observer {Observer} failed: {Error}")]
    public static partial void ObserverFailed(ILogger logger, LogLevel level, string observer, string error, Exception? exception);

    [LoggerMessage(EventId = 11, Message = "What was remembered of the targets could not be loaded: {Error}. They start anew, and scale-downs wait for the cooldown and the window of their policy, if it has any.")]
    public static partial void StateNotLoaded(ILogger logger, LogLevel level, string error, Exception? exception);

    [LoggerMessage(EventId = 12, Message = "What is remembered of the targets could not be saved: {Error}")]
    public static partial void StateNotSaved(ILogger logger, LogLevel level, string error, Exception? exception);

    [LoggerMessage(23, LogLevel.Information, "What is remembered of the targets is saved again.")]
    public static partial void StateSavedAgain(ILogger logger);
}
