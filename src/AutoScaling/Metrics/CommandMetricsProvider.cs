using System.Collections.Frozen;
using AutoScaling.Answers;
using AutoScaling.Commands;

namespace AutoScaling;

/// <summary>Reads metrics that programs tell. Thread-safe. Linux and macOS.</summary>
/// <remarks>
/// A program that cannot be run, takes too long, or ends with another exit code than 0 is a failed reading with what it said; an answer
/// without a usable value is a missing one. Neither is ever 0. No shell is used; a target whose name could be taken for an option gets a
/// failed reading that says so.
/// </remarks>
public sealed class CommandMetricsProvider : IMetricsProvider, IDisposable
{
    private readonly FrozenDictionary<string, (CommandLine Command, MetricPlace Place)> _metrics;
    private readonly CommandRunner _runner;
    private readonly CommandCaller _caller;

    /// <summary>Creates the source.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="time">The clock for timeouts and the times of readings.</param>
    /// <param name="options">How the programs are run; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScalingException">
    /// A setting breaks its rule, or two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public CommandMetricsProvider(IEnumerable<CommandMetric> metrics, TimeProvider time, CommandOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(time);
        _metrics = MetricPlace.ByName(metrics.Select(metric => metric.Parse()), metric => metric.Place.Metric.Name);
        _runner = new(options ?? CommandOptions.Usual, time);
        _caller = new(_runner);
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var target = request.Target.Name;
        var commands = request.Metrics.Where(asked => _metrics.ContainsKey(asked.Name)).Select(asked => _metrics[asked.Name])
            .GroupBy(metric => metric.Command.Key, StringComparer.Ordinal);
        var readings = await Task.WhenAll(commands.Select(same => ReadAsync([.. same], target, cancellationToken))).ConfigureAwait(false);
        return new([.. readings.SelectMany(r => r)]);
    }

    /// <summary>Lets go of what it holds. Programs that run are not ended by it.</summary>
    public void Dispose() => _runner.Dispose();

    private async Task<IEnumerable<MetricReading>> ReadAsync(
        (CommandLine Command, MetricPlace Place)[] metrics, string target, CancellationToken cancellationToken)
    {
        var command = metrics[0].Command;
        var answer = await _caller.ReadAsync(command, target, cancellationToken).ConfigureAwait(false);
        if ((answer.Trouble ?? (answer.IsCut ? _runner.TooLong(command.Program) : null)) is { } trouble)
            return [.. metrics.Select(metric => MetricReading.Failed(metric.Place.Metric, trouble))];
        using var text = new AnswerText(answer.Output, metrics.Any(metric => metric.Place.IsJson), _caller.Secrets);
        return [.. metrics.Select(metric => metric.Place.Read(text, target, answer.At))];
    }
}
