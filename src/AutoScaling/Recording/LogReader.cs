using System.Text.Json.Nodes;
using AutoScaling.Deciding;
using AutoScaling.Policies;
using AutoScaling.Primitives;

namespace AutoScaling.Recording;

/// <summary>Makes records of the lines of a decision log, which build on each other.</summary>
internal sealed class LogReader(IEnumerable<RuleType> ruleTypes)
{
    private readonly List<RuleType> _types = [.. ruleTypes];

    // What the next line of a target may build on.
    private readonly Dictionary<ScalingTarget, (ScalingPolicy Policy, ScalingState Next)> _known = [];

    /// <summary>Reads the next line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="what">What it is, for sentences: <c>line 3 of 'decisions.jsonl'</c>.</param>
    /// <exception cref="ScalingException">It cannot be read (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ScalingRecord Read(string text, string what)
    {
        var line = Line(text, what);
        try
        {
            return Read(line, what);
        }
        catch (Exception e)
        {
            // Whatever a line may hold that no log has, or a rule of the user's throws to it. Later lines of this target may build on this
            // one; those of others do not.
            _known.Remove(line.Target);
            throw e as ScalingException ?? NotRead(what, e);
        }
    }

    private LogLine Line(string text, string what)
    {
        try
        {
            var line = JsonText.Read(text, RecordingJson.Default.LogLine, what);
            return line.Target is null ? throw ScalingException.Invalid($"The {what} cannot be read: its target is null.") : line;
        }
        catch (ScalingException)
        {
            // Nobody knows whose policy and state stood there, nor how many lines it once was.
            _known.Clear();
            throw;
        }
    }

    private ScalingRecord Read(LogLine line, string what)
    {
        if (line.Version is not null and not LogLine.Current)
            throw ScalingException.Invalid(
                $"The {what} cannot be read: version must be {LogLine.Current}, but is {Phrase.Exact(line.Version)}.");
        _known.TryGetValue(line.Target, out var last);
        var record = new ScalingRecord
        {
            Target = line.Target,
            At = line.At,
            Policy = line.Policy is JsonObject policy ? Policy(policy, what) : last.Policy ?? throw Lacks(what, "policy"),
            State = line.State is { } state ? State(state, what) : last.Next ?? throw Lacks(what, "state"),
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

        _known[line.Target] = (record.Policy, record.Next);
        return record;
    }

    private ScalingPolicy Policy(JsonObject policy, string what)
    {
        try
        {
            return PolicyReader.ReadPolicy(policy, _types);
        }
        catch (ScalingException e)
        {
            throw new ScalingException([.. e.Errors.Select(error => $"The policy in {what} cannot be read: {error}")]);
        }
    }

    private static ScalingState State(StateDocument state, string what)
    {
        try
        {
            return StateJson.FromDocument(state);
        }
        catch (ScalingException e)
        {
            throw ScalingException.Invalid($"The {what} cannot be read: {e.Message}");
        }
    }

    private static ScalingException NotRead(string what, Exception e) =>
        new(ScalingErrorKind.InvalidConfiguration, $"The {what} cannot be read: {Phrase.Of(e)}.", e);

    private static ScalingException Lacks(string what, string part) =>
        ScalingException.Invalid($"The {what} has no {part}, and no earlier line of its target that could be read has one.");
}
