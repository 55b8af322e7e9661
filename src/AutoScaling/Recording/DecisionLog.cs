using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Deciding;
using AutoScaling.Policies;
using AutoScaling.Primitives;
using AutoScaling.Recording;

namespace AutoScaling;

/// <summary>Writes every evaluation to a file, one JSON line each, so that each decision can be made again. Thread-safe.</summary>
/// <remarks>
/// <para>
/// A line holds what was seen, decided and done. A target's policy is written when it is new or has changed; what was remembered is
/// written only where it does not follow from the line before, since <see cref="ScalingState.After"/> gives it again.
/// </para>
/// <para>
/// One process writes a log; it holds <c>PATH.lock</c> as long as it does. A file that is full gets a number
/// (<c>decisions.000001.jsonl</c>, the oldest has the lowest), and a new one begins, in which everything that is needed to read it alone
/// is written anew. A line that a crash or a full disk cut off is ended before the next one is written.
/// </para>
/// </remarks>
public sealed class DecisionLog : IScalingObserver, IDisposable
{
    /// <summary>The size at which a file is full, unless something else is said: 100 MiB.</summary>
    public const long DefaultMaxBytes = 100 * 1024 * 1024;

    /// <summary>How many full files are kept, unless something else is said: 10.</summary>
    public const int DefaultKeepFiles = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<ScalingTarget, (ScalingPolicy Policy, ScalingState Next)> _written = [];
    private readonly IReadOnlyList<RuleType> _ruleTypes;
    private readonly LogFiles _files;

    /// <summary>Opens a log; lines are added to a file that exists.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="ruleTypes">The user's own rules that policies hold.</param>
    /// <param name="maxBytes">The size at which a file is full and a new one begins, in bytes; it is exceeded by one line at most. At
    /// least 1.</param>
    /// <param name="keepFiles">How many full files are kept beside the one that is written; older ones are deleted. At least 1.</param>
    /// <exception cref="ScalingException">
    /// The file cannot be written, somebody else writes it, or a number breaks its rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public DecisionLog(
        string path, IEnumerable<RuleType>? ruleTypes = null, long maxBytes = DefaultMaxBytes, int keepFiles = DefaultKeepFiles)
    {
        ArgumentNullException.ThrowIfNull(path);
        _ruleTypes = [.. ruleTypes ?? []];
        _files = new(path, Bounds.AtLeast(1L).Check(maxBytes, nameof(maxBytes)), Bounds.AtLeastOne.Check(keepFiles, nameof(keepFiles)));
    }

    /// <inheritdoc/>
    public void OnEvaluated(ScalingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_lock)
        {
            if (_files.BeginLine()) _written.Clear();
            _files.Append([.. JsonSerializer.SerializeToUtf8Bytes(Line(record), RecordingJson.Default.LogLine), (byte)'\n']);
            _written[record.Target] = (record.Policy, record.Next);
        }
    }

    /// <summary>
    /// Reads a log back, line by line: the full files that are still there, oldest first, and then the one that is written.
    /// </summary>
    /// <param name="path">The file that was given when the log was written; or the name of a full one, to read it alone.</param>
    /// <param name="ruleTypes">The user's own rules that policies hold.</param>
    /// <param name="onSkipped">
    /// Is given a sentence for each line that cannot be read, and the reading goes on: with all targets that the line cannot be about,
    /// and with the others once a line holds their policy and their state again. <see langword="null"/>, the default, to end the reading
    /// with an exception instead, so that no line is left out unnoticed.
    /// </param>
    /// <exception cref="ScalingException">
    /// A line cannot be read, and <paramref name="onSkipped"/> is <see langword="null"/>; the message names it
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static IEnumerable<ScalingRecord> Read(string path, IEnumerable<RuleType>? ruleTypes = null, Action<string>? onSkipped = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var reader = new LogReader(ruleTypes ?? []);
        foreach (var (file, text) in LogFiles.Each(path))
        {
            var number = 0;
            while (text.ReadLine() is { } line)
            {
                if (TryRead(reader, line, $"line {++number} of '{file}'", onSkipped) is { } record) yield return record;
            }
        }
    }

    /// <summary>
    /// Closes the log. Nothing is left to be written, and nothing is thrown. If the disk hangs in the midst of a line, it is not waited
    /// for: the log is free when the process ends.
    /// </summary>
    public void Dispose()
    {
        if (!_lock.TryEnter(WriterLock.Patience)) return;
        try
        {
            _files.Dispose();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private static ScalingRecord? TryRead(LogReader reader, string text, string what, Action<string>? onSkipped)
    {
        try
        {
            return reader.Read(text, what);
        }
        catch (ScalingException e) when (onSkipped is not null)
        {
            onSkipped(e.Message);
            return null;
        }
    }

    private LogLine Line(ScalingRecord record)
    {
        var known = _written.TryGetValue(record.Target, out var last);
        var policy = known && ReferenceEquals(last.Policy, record.Policy) ? null : Written(record.Policy);
        return new()
        {
            Version = policy is null ? null : LogLine.Current,
            At = record.At,
            Target = record.Target,
            Policy = policy,
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
}
