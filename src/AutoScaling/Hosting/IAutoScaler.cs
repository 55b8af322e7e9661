using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace AutoScaling;

/// <summary>What a host talks to: policies, switches, scaling by hand, status. Thread-safe.</summary>
public interface IAutoScaler
{
    /// <summary>How the autoscaler and all its targets stand.</summary>
    AutoScalerStatus GetStatus();

    /// <summary>How one target stands.</summary>
    /// <param name="target">Which target.</param>
    /// <exception cref="ScalingException">It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    TargetStatus GetStatus(ScalingTarget target);

    /// <summary>How one target stands, if it has a policy.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="status">How it stands.</param>
    /// <returns>Whether it has a policy.</returns>
    bool TryGetStatus(ScalingTarget target, [NotNullWhen(true)] out TargetStatus? status);

    /// <summary>The last evaluations of a target, newest first, as many as <see cref="AutoScalingOptions.RecentRecords"/> says.</summary>
    /// <param name="target">Which target.</param>
    /// <exception cref="ScalingException">It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    ImmutableArray<ScalingRecord> GetRecent(ScalingTarget target);

    /// <summary>
    /// Follows the evaluations of one target, or of all: first those that are kept (<see cref="GetRecent"/>), oldest first, then each as it
    /// ends, until the host stops. Nobody waits for who reads slowly: at most two evaluations of each target, and 10,000 at least, are yet
    /// to be read; then the reader is dropped, by an exception, and may begin again.
    /// </summary>
    /// <param name="target">Which target; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ScalingException">
    /// It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>); or, while reading, the reader was too slow
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    IAsyncEnumerable<ScalingRecord> WatchAsync(ScalingTarget? target = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Evaluates targets from now on. All of them, or with an error none. Where the host saves its state, a restart does not forget it.
    /// </summary>
    /// <param name="targets">One name, or several separated by commas: <c>web-service,api-service</c>.</param>
    /// <exception cref="ScalingException">One has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    void Enable(string targets);

    /// <summary>
    /// Stops evaluating targets; their replicas stay as they are. All of them, or with an error none. Where the host saves its state, a
    /// restart does not forget it. To say why and until when, and to see what would be done meanwhile, pause them (<see
    /// cref="PauseAsync"/>).
    /// </summary>
    /// <param name="targets">One name, or several separated by commas: <c>web-service,api-service</c>.</param>
    /// <exception cref="ScalingException">One has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    void Disable(string targets);

    /// <summary>
    /// Adds a policy, or replaces the one of its target; what is remembered of the target is kept. Takes effect at the next evaluation.
    /// The next change of the document that a policy came from replaces it again.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="ScalingException">
    /// It names a metric source or a scaler that is not registered (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    void SetPolicy(ScalingPolicy policy);

    /// <summary>Forgets a target and its policy; its replicas stay as they are.</summary>
    /// <param name="target">Which target.</param>
    /// <exception cref="ScalingException">It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    void RemovePolicy(ScalingTarget target);

    /// <summary>
    /// Lets a candidate decide beside the policy of its target from the next evaluation on, or replaces the one of that name. It becomes
    /// part of the policy, and goes with it: see <see cref="SetPolicy"/>.
    /// </summary>
    /// <param name="name">The name of the shadow.</param>
    /// <param name="policy">How it decides; its target says beside which policy.</param>
    /// <exception cref="ScalingException">
    /// The target has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), the name is empty, or a metric source is not registered
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    void SetShadow(string name, ScalingPolicy policy);

    /// <summary>Forgets a shadow.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="name">The name of the shadow.</param>
    /// <exception cref="ScalingException">
    /// The target has no policy, or its policy no such shadow (<see cref="ScalingErrorKind.PolicyNotFound"/>).
    /// </exception>
    void RemoveShadow(ScalingTarget target, string name);

    /// <summary>
    /// Scales a target by hand. It counts as a scale event, so that cooldowns and rate limits begin; evaluations go on afterwards.
    /// </summary>
    /// <param name="target">Which target.</param>
    /// <param name="replicas">The replicas to have, inside the policy's range.</param>
    /// <param name="reason">Why; at most 500 characters.</param>
    /// <param name="by">By whom; at most 500 characters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="ScaleOutcomeKind.Applied"/> or <see cref="ScaleOutcomeKind.Unchanged"/>.</returns>
    /// <exception cref="ScalingException">
    /// There is no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), the count is outside the range, another one is held, or a text
    /// breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or the scaler did not do it
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    Task<ScaleOutcome> ScaleAsync(
        ScalingTarget target,
        int replicas,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Scales a target no more, or no more in one direction, until the pause is over or someone resumes it. Meanwhile it is evaluated,
    /// recorded and explained as always, and bounds do not act either. What was paused or held before is replaced. A restart and another
    /// leader go on with it, if the host saves its state. When the task ends, no scaling of before is under way any more.
    /// </summary>
    /// <param name="target">Which target.</param>
    /// <param name="kind">Which directions; not <see cref="ScalingOverrideKind.Hold"/>.</param>
    /// <param name="until">When it is over, in the future; <see langword="null"/>: when someone resumes it.</param>
    /// <param name="reason">Why; at most 500 characters.</param>
    /// <param name="by">By whom; at most 500 characters.</param>
    /// <param name="cancellationToken">Ends the wait for an evaluation that is under way.</param>
    /// <exception cref="ScalingException">
    /// There is no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), an argument breaks its rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>), this copy does not lead, or the target is paused, but that could not be saved
    /// yet (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    Task PauseAsync(
        ScalingTarget target,
        ScalingOverrideKind kind = ScalingOverrideKind.Pause,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Holds a target at a count, until that is over or someone resumes it: the next evaluation, which is due at once, scales it there, and
    /// so does every later one that finds another count. For the rest as <see cref="PauseAsync"/>.
    /// </summary>
    /// <param name="target">Which target; it is enabled.</param>
    /// <param name="replicas">The count, inside the policy's range; it stays the same should the range change.</param>
    /// <param name="until">When it is over, in the future; <see langword="null"/>: when someone resumes it.</param>
    /// <param name="reason">Why; at most 500 characters.</param>
    /// <param name="by">By whom; at most 500 characters.</param>
    /// <param name="cancellationToken">Ends the wait for an evaluation that is under way.</param>
    /// <exception cref="ScalingException">
    /// There is no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), an argument breaks its rule, the target is disabled, or its
    /// policy pauses it (<see cref="ScalingErrorKind.InvalidConfiguration"/>), this copy does not lead, or the target is held, but that
    /// could not be saved yet (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    Task HoldAsync(
        ScalingTarget target,
        int replicas,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default);

    /// <summary>Takes back what was paused or held; the target is evaluated at once. Nothing happens if nothing was.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="cancellationToken">Ends the wait for an evaluation that is under way.</param>
    /// <exception cref="ScalingException">
    /// There is no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), the policy itself pauses the target
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>), this copy does not lead, or the target is resumed, but that could not be
    /// saved yet (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    Task ResumeAsync(ScalingTarget target, CancellationToken cancellationToken = default);

    /// <summary>Reads the metrics that a target's policy uses.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ScalingException">
    /// There is no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), or no metric can be read (<see
    /// cref="ScalingErrorKind.MetricsUnavailable"/>).
    /// </exception>
    Task<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken = default);

    /// <summary>Evaluates a target now, whether it is due, or enabled, or not. Trouble is in the record.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    /// <exception cref="ScalingException">
    /// It has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>), or this copy of several does not lead (<see
    /// cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    Task<ScalingRecord> EvaluateAsync(ScalingTarget target, CancellationToken cancellationToken = default);

    /// <summary>
    /// Evaluates every target that is due and waits for them; for hosts with a schedule of their own (<see
    /// cref="AutoScalingOptions.RunLoop"/>) and for tests.
    /// </summary>
    /// <param name="cancellationToken">Ends the evaluations.</param>
    /// <returns>How many were evaluated.</returns>
    Task<int> TickAsync(CancellationToken cancellationToken = default);
}
