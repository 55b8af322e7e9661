using AutoScaling.Answers;
using AutoScaling.Commands;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Scales by programs: <c>docker service scale</c>, <c>nomad job scale</c>, <c>systemctl</c>, a script of one's own. Thread-safe. Linux and
/// macOS.
/// </summary>
/// <remarks>
/// <para>
/// No shell is used: whatever a target is called, an argument stays one argument. A name that could be taken for an option, because an
/// argument begins with it and it does not begin with a letter, a digit or <c>_</c>, is refused when its policy is loaded.
/// </para>
/// <para>
/// Before it scales, the count is read once more: another one than was decided for is <see cref="ScaleOutcomeKind.Rejected"/>, and nothing
/// is run. A program that ends with another exit code than 0, or cannot be started, has failed; one that was killed may have scaled all the
/// same (<see cref="ScaleOutcome.IsDoubtful"/>). What it wrote to its standard error is the reason, at most 300 characters of it, without
/// the values of <see cref="CommandOptions.Environment"/>.
/// </para>
/// </remarks>
public sealed class CommandScaler : IScaler, IDisposable
{
    private readonly CommandLine _replicas;
    private readonly CommandLine _scale;
    private readonly ReplicaPointers _pointers;
    private readonly int? _rejected;
    private readonly CommandRunner _runner;
    private readonly CommandCaller _caller;

    /// <summary>Creates a scaler.</summary>
    /// <param name="options">Which programs it runs.</param>
    /// <param name="time">The clock for timeouts.</param>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public CommandScaler(CommandScalerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _replicas = CommandLine.Parse(nameof(options.Replicas), options.Replicas, scales: false);
        _scale = CommandLine.Parse(nameof(options.Scale), options.Scale, scales: true);
        _pointers = ReplicaPointers.Parse(options.DesiredPointer, options.ReadyPointer, options.StartingPointer);
        _rejected = options.RejectedExitCode != 0
            ? options.RejectedExitCode
            : throw Bounds.Broken(
                nameof(options.RejectedExitCode), "another code than 0, which says that it was scaled", options.RejectedExitCode);
        _runner = new(options.Run, time);
        _caller = new(_runner);
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// The name could be taken for an option (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public string Identify(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _replicas.Fill(new(target.Name), out var whyNot);
        if (whyNot is null) _scale.Fill(new(target.Name, 0, 0), out whyNot);
        return CheckedScaling.Identify(target, "for a command", whyNot);
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">The count cannot be read (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return CheckedScaling.ReplicasAsync(ReadAsync(target, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is negative.</exception>
    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        return CheckedScaling.ScaleAsync(ReadAsync(target, cancellationToken), from, () => WriteAsync(target, from, to, cancellationToken));
    }

    /// <summary>Lets go of what it holds. Programs that run are not ended by it.</summary>
    public void Dispose() => _runner.Dispose();

    private async Task<Found<ReplicaStatus>> ReadAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        var answer = await _caller.ReadAsync(_replicas, target.Name, cancellationToken).ConfigureAwait(false);
        var trouble = answer.Trouble ?? (answer.IsCut ? _runner.TooLong(_replicas.Program) : null);
        if (trouble is not null) return Found<ReplicaStatus>.None($"the count cannot be read: {trouble}");
        using var text = new AnswerText(answer.Output, _pointers.IsJson, _caller.Secrets);
        var found = _pointers.Read(text, target.Name);
        return found.WhyNot is { } why
            ? Found<ReplicaStatus>.None($"the count cannot be read of what '{_replicas.Program}' wrote: {why}")
            : found;
    }

    private async Task<ScaleOutcome> WriteAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        var answer = await _caller.RunAsync(_scale, new(target.Name, to, from), cancellationToken).ConfigureAwait(false);
        if (answer.Trouble is not { } trouble) return ScaleOutcome.Applied;
        return answer.ExitCode is { } code && code == _rejected ? ScaleOutcome.Rejected(trouble)
            : answer.IsDoubtful ? ScaleOutcome.Doubtful(trouble)
            : ScaleOutcome.Failed(trouble);
    }
}
