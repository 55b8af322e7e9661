using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Sample.Load;
using AutoScaling.Sample.Run;

namespace AutoScaling.Sample.Output;

/// <summary>
/// Plain lines, for files and pipes, which have any width: one for each change, with all of its explanation, and one now and then for how
/// things stand.
/// </summary>
internal sealed class PlainOutput(TextWriter output, SampleOptions options, History history, IAutoScaler autoScaler, ILoad? load) : IView
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    public async Task ShowAsync(IAsyncEnumerable<TimeSpan> moments)
    {
        output.WriteLine($"Runs for {Texts.Seconds(options.Duration)} with {load?.Name ?? "simulated metrics"}, seed {options.Seed}; policies: {PolicyFile.Path(options)}");
        var told = 0;
        ImmutableArray<string> errors = [];
        var next = StatusInterval;
        await foreach (var at in moments)
        {
            told = TellChanges(told);
            errors = TellErrors(at, errors);
            if (at < next) continue;
            next = at + StatusInterval;
            WriteLine(at, Status());
        }

        TellChanges(told);
    }

    private int TellChanges(int told)
    {
        var changes = history.Changes;
        foreach (var (at, record) in changes.Skip(told)) WriteLine(at, Change(record));
        return changes.Length;
    }

    private ImmutableArray<string> TellErrors(TimeSpan at, ImmutableArray<string> told)
    {
        var errors = autoScaler.GetStatus().ReloadErrors;
        if (!errors.SequenceEqual(told)) foreach (var error in errors) WriteLine(at, $"The policies stay as they were: {error}");
        return errors;
    }

    private static string Change(ScalingRecord record)
    {
        if (record.Decision is null) return record.Explain();
        return $"{record.Target} {Texts.Decision(record)}: {Reason.Of(record, int.MaxValue)}";
    }

    private string Status()
    {
        var services = history.Last.Select(r =>
            $"{r.Target} {r.Observation?.Replicas.Ready ?? 0} of {r.Observation?.Replicas.Desired ?? 0} ready, {Texts.Readings(r, ", ")}");
        var jobs = history.Samples[^1].Jobs is { } j
            ? string.Create(CultureInfo.InvariantCulture, $"load {j.Load:0.#}/s, served {j.ServedRate:0.#}/s, {j.Waiting} waiting; ")
            : "";
        return jobs + string.Join("; ", services);
    }

    private void WriteLine(TimeSpan at, string text) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,6:0.0} s  {text}"));
}
