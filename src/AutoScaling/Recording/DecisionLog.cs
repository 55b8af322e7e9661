using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Deciding;
using AutoScaling.Policies;
using AutoScaling.Primitives;
using AutoScaling.Recording;

namespace AutoScaling;

/// <summary>Writes every evaluation to a file, one JSON line each, so that each decision can be made again. Thread-safe.</summary>
/// <remarks>
/// A line holds what was seen, decided and done. A target's policy is written when it is new or has changed; what was remembered is
/// written only where it does not follow from the line before, since <see cref="ScalingState.After"/> gives it again.
/// </remarks>
public sealed class DecisionLog : IScalingObserver, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ScalingTarget, (ScalingPolicy Policy, ScalingState Next)> _written = [];
    private readonly IReadOnlyList<RuleType> _ruleTypes;
    private readonly StreamWriter _file;

    /// <summary>Opens a log; lines are added to a file that exists.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="ruleTypes">The user's own rules that policies hold.</param>
    /// <exception cref="ScalingException">The file cannot be written (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public DecisionLog(string path, IEnumerable<RuleType>? ruleTypes = null)
    {
        _ruleTypes = [.. ruleTypes ?? []];
        try
        {
            var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            _file = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"The decision log '{path}' cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void OnEvaluated(ScalingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_lock)
        {
            var known = _written.TryGetValue(record.Target, out var last);
            var line = new LogLine
            {
                At = record.At,
                Target = record.Target,
                Policy = known && ReferenceEquals(last.Policy, record.Policy) ? null : Written(record.Policy),
                State = known && ReferenceEquals(last.Next, record.State) ? null : StateJson.ToDocument(record.State),
                Observation = record.Observation,
                Decision = record.Decision,
                Outcome = record.Outcome,
                Error = record.Error,
                ErrorKind = record.ErrorKind,
                Warning = record.Warning,
                IsManual = record.IsManual,
                Duration = record.Duration,
                Lateness = record.Lateness,
                Shadows = record.Shadows.IsEmpty ? null : [.. record.Shadows],
            };
            _file.WriteLine(JsonSerializer.Serialize(line, RecordingJson.Default.LogLine));
            _written[record.Target] = (record.Policy, record.Next);
        }
    }

    /// <summary>Reads a log back, line by line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ruleTypes">The user's own rules that policies hold.</param>
    /// <exception cref="ScalingException">
    /// A line cannot be read; the message names it (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static IEnumerable<ScalingRecord> Read(string path, IEnumerable<RuleType>? ruleTypes = null)
    {
        List<RuleType> types = [.. ruleTypes ?? []];
        var known = new Dictionary<ScalingTarget, (ScalingPolicy Policy, ScalingState Next)>();
        var number = 0;
        foreach (var text in File.ReadLines(path))
        {
            var what = $"line {++number} of '{path}'";
            var line = JsonText.Read(text, RecordingJson.Default.LogLine, what);
            known.TryGetValue(line.Target, out var last);
            var record = new ScalingRecord
            {
                Target = line.Target,
                At = line.At,
                Policy = line.Policy is JsonObject policy ? Policy(policy, types, what) : last.Policy ?? throw Lacks(what, "policy"),
                State = line.State is { } state ? StateJson.FromDocument(state) : last.Next ?? throw Lacks(what, "state"),
                Observation = line.Observation,
                Decision = line.Decision,
                Outcome = line.Outcome ?? ScaleOutcome.Unchanged,
                Error = line.Error,
                ErrorKind = line.ErrorKind,
                Warning = line.Warning,
                IsManual = line.IsManual,
                Duration = line.Duration,
                Lateness = line.Lateness,
                Shadows = [.. line.Shadows ?? []],
            };
            if (record.Decision is { } decision)
            {
                decision = ScalingDecisionEngine.Complete(decision, record.Policy, record.State, record.Observation);
                record = record with { Decision = decision, Next = record.State.After(decision, record.Outcome) };
            }

            known[line.Target] = (record.Policy, record.Next);
            yield return record;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _file.Dispose();
    }

    private JsonObject Written(ScalingPolicy policy)
    {
        try
        {
            return PolicyWriter.ToNode(policy, _ruleTypes);
        }
        catch (ScalingException) when (!policy.Shadows.IsEmpty)
        {
            // A rule of a shadow that documents do not know must not keep the policy's own decisions out of the log.
            return PolicyWriter.ToNode(policy with { Shadows = [] }, _ruleTypes);
        }
    }

    private static ScalingPolicy Policy(JsonObject policy, List<RuleType> types, string what)
    {
        try
        {
            return PolicyReader.ReadPolicy(policy, types);
        }
        catch (ScalingException e)
        {
            throw new ScalingException([.. e.Errors.Select(error => $"The policy in {what} cannot be read: {error}")]);
        }
    }

    private static ScalingException Lacks(string what, string part) =>
        ScalingException.Invalid($"The {what} has no {part}, and no earlier line of its target has one.");
}
