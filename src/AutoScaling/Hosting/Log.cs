using Microsoft.Extensions.Logging;

namespace AutoScaling.Hosting;

/// <summary>Everything that the loop logs, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Autoscaling has started; policies: {Count}.")]
    public static partial void Started(ILogger logger, int count);

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "Autoscaling has started without a policy, so nothing is scaled: call AddPolicy, AddPolicies or AddPolicyFile, "
        + "or look at the section's name.")]
    public static partial void NothingToDo(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "Autoscaling has stopped.")]
    public static partial void Stopped(ILogger logger);

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

    [LoggerMessage(24, LogLevel.Warning, "The configuration was loaded again, but not all of it counts: {Setting}")]
    public static partial void SettingIgnored(ILogger logger, string setting);

    [LoggerMessage(
        EventId = 30,
        Message = "What was remembered of the targets could not be loaded yet: {Error}. It is tried again for {Time}, "
        + "and nothing is evaluated before.")]
    public static partial void StateLoadedLater(ILogger logger, LogLevel level, string error, string time, Exception? exception);

    [LoggerMessage(31, LogLevel.Information, "What was remembered of the targets is loaded now.")]
    public static partial void StateLoaded(ILogger logger);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "What was remembered of the targets could not be loaded: {Error}. They start anew, and scale-downs wait for the cooldown "
        + "and the window of their policy, if it has any.")]
    public static partial void StateNotLoaded(ILogger logger, string error, Exception? exception);

    [LoggerMessage(EventId = 12, Message = "What is remembered of the targets could not be saved: {Error}")]
    public static partial void StateNotSaved(ILogger logger, LogLevel level, string error, Exception? exception);

    [LoggerMessage(23, LogLevel.Information, "What is remembered of the targets is saved again.")]
    public static partial void StateSavedAgain(ILogger logger);

    [LoggerMessage(EventId = 10, Message = "The observer {Observer} failed: {Error}")]
    public static partial void ObserverFailed(ILogger logger, LogLevel level, string observer, string error, Exception? exception);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "The observer {Observer} did not come back from a record within {Limit}: it is told of nothing until it has.")]
    public static partial void ObserverHangs(ILogger logger, string observer, string limit);

    [LoggerMessage(33, LogLevel.Warning, "The observer {Observer} is too slow: {Count} records wait for it, so it loses what follows.")]
    public static partial void ObserverIsSlow(ILogger logger, string observer, int count);

    [LoggerMessage(34, LogLevel.Warning, "The observer {Observer} is told of evaluations again; records that it has lost: {Count}.")]
    public static partial void ObserverIsBack(ILogger logger, string observer, long count);

    [LoggerMessage(35, LogLevel.Error, "{Target} could not be evaluated, for a reason that nobody expected: {Error}")]
    public static partial void EvaluationBroke(ILogger logger, ScalingTarget target, string error, Exception exception);

    [LoggerMessage(
        36, LogLevel.Warning, "A port has blocked the thread of {Target} for as long as it may take. Another thread goes on without it.")]
    public static partial void ThreadLost(ILogger logger, ScalingTarget target);

    [LoggerMessage(37, LogLevel.Information, "The thread that a port had blocked for {Target} has come back.")]
    public static partial void ThreadIsBack(ILogger logger, ScalingTarget target);

    [LoggerMessage(
        38,
        LogLevel.Warning,
        "The source of policies {Source} has not answered; its old policies stay, and it is not asked again before it has come back.")]
    public static partial void SourceHangs(ILogger logger, string source);

    [LoggerMessage(39, LogLevel.Information, "The source of policies {Source} has come back.")]
    public static partial void SourceIsBack(ILogger logger, string source);

    [LoggerMessage(41, LogLevel.Warning, "The policy of {Target} has a metric that cannot be read, {Metric}: {Reason}.")]
    public static partial void MetricNotUnderstood(ILogger logger, ScalingTarget target, MetricRef metric, string reason);
}
