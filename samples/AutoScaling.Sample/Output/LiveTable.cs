using System.Globalization;
using AutoScaling.Sample.Load;
using AutoScaling.Sample.Run;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AutoScaling.Sample.Output;

/// <summary>A table in the terminal that changes in place: how every service stands, and what changed last.</summary>
internal sealed class LiveTable(IAnsiConsole console, SampleOptions options, History history, IAutoScaler autoScaler, ILoad? load) : IView
{
    private const int ShownChanges = 8;
    private const int ReplicasWidth = 9, DecisionWidth = 13, ReadingsWidth = 18;

    /// <summary>Where a decision column would leave too little room for its reason.</summary>
    private bool IsNarrow => Width < 110;

    private int Width => console.Profile.Width - Narrowed.Room;

    public Task ShowAsync(IAsyncEnumerable<TimeSpan> moments) => console
        .Live(Frame())
        .Overflow(VerticalOverflow.Crop)
        .Cropping(VerticalOverflowCropping.Bottom)
        .StartAsync(async live =>
        {
            await foreach (var _ in moments) live.UpdateTarget(Frame());
        });

    private Narrowed Frame() => new(new Rows([Head(), Services(), .. ReloadErrors(), Changes()]));

    private Rows Head()
    {
        var left = options.Duration - history.Elapsed;
        var time = $"{Texts.Seconds(history.Elapsed)}, {Texts.Seconds(left < TimeSpan.Zero ? TimeSpan.Zero : left)} left (Ctrl-C ends it)";
        var name = Reason.Fit(load?.Name ?? "simulated metrics", Math.Max(1, Width - time.Length - 15));
        var title = new Markup($"[bold]AutoScaling[/]  {time}  [grey]{Markup.Escape(name)}[/]");
        if (history.Samples is not [.., { Jobs: { } jobs } last]) return new(title);
        var workers = last.Services.Sum(s => s.Desired);
        return new(
            title,
            Trend("load", m => m.Jobs!.Load, $"{jobs.Load:0.#} jobs/s, {jobs.ServedRate:0.#} served"),
            Trend("waiting", m => m.Jobs!.Waiting, $"{jobs.Waiting} jobs"),
            Trend("workers", m => m.Services.Sum(s => s.Desired), $"{workers}"));
    }

    private Text Trend(string name, Func<Moment, double> value, FormattableString now) =>
        new($"{name,-8} {Sparkline.Of([.. history.Samples.Select(value)], Math.Clamp(Width - 45, 10, 60))}  {now.ToString(CultureInfo.InvariantCulture)}");

    private Table Services()
    {
        var services = history.Last;
        var name = Math.Clamp(services.Select(s => s.Target.Name.Length).DefaultIfEmpty().Max(), 7, 20);
        (string Title, int Width)[] columns = [("Service", name), ("Replicas", ReplicasWidth), ("Readings", ReadingsWidth), .. IsNarrow ? [] : new[] { ("Decision", DecisionWidth) }];
        var why = Math.Max(20, Width - columns.Sum(c => c.Width + 3) - 4);
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var (title, width) in columns.Append((IsNarrow ? "Decision, and why" : "Why", why))) table.AddColumn(new TableColumn(title) { Width = width });
        foreach (var record in services)
        {
            // The lines break at words, so that not all of each is used.
            var reason = Reason.Of(record, (why - 6) * (services.Length == 1 ? 5 : 3));
            var decision = new Text(Texts.Decision(record), ColorOf(record));
            IRenderable[] start = [new Text(record.Target.Name), Replicas(record), new Text(Texts.Readings(record, "\n"))];
            table.AddRow(IsNarrow ? [.. start, new Rows(decision, new Text(reason))] : [.. start, decision, new Text(reason)]);
        }

        return table;
    }

    private IEnumerable<Text> ReloadErrors() => autoScaler.GetStatus().ReloadErrors.Select(e => new Text($"The policies stay as they were: {e}", Color.Red));

    private static Markup Replicas(ScalingRecord record)
    {
        if (record.Observation?.Replicas is not { } replicas) return new("[red]unknown[/]");
        string[] lines =
        [
            $"{replicas.Ready} ready",
            $"{record.Decision?.To ?? replicas.Desired} wanted",
            .. replicas.Starting > 0 ? [$"[green]+{replicas.Starting} start[/]"] : Array.Empty<string>(),
            .. replicas.Terminating > 0 ? [$"[yellow]-{replicas.Terminating} stop[/]"] : Array.Empty<string>(),
        ];
        return new(string.Join('\n', lines));
    }

    private Rows Changes()
    {
        IRenderable Line((TimeSpan At, ScalingRecord Record) change)
        {
            var what = $"{Texts.Seconds(change.At),7}  {change.Record.Target} {Texts.Decision(change.Record)}: ";
            return new Text(what + Reason.Of(change.Record, Math.Max(20, Width - what.Length)), ColorOf(change.Record)) { Overflow = Overflow.Ellipsis };
        }

        return new([new Text("Changes, newest first"), .. history.Changes.Reverse().Take(ShownChanges).Select(Line)]);
    }

    private static Style ColorOf(ScalingRecord record) => record switch
    {
        { Decision: null } or { Outcome.Kind: ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected } => Color.Red,
        { Decision.Direction: ScaleDirection.Up } => Color.Green,
        { Decision.Direction: ScaleDirection.Down } => Color.Yellow,
        _ => Color.Default,
    };

    /// <summary>Leaves room at the right for the ^C that a terminal shows: at the end of a full line it would begin another one, and shift the table.</summary>
    private sealed class Narrowed(IRenderable inner) : IRenderable
    {
        public const int Room = 3;

        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth - Room);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth - Room);
    }
}
