using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Simulation.Loads;

namespace AutoScaling.Simulation;

/// <summary>A recorded load: a value holds until the next row. Immutable and thread-safe.</summary>
public sealed class LoadTrace
{
    private static readonly Bounds<double> Share = new(0, 1, above: true);

    private readonly ImmutableArray<LoadPoint> _points;

    /// <summary>Creates a trace.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="points">The rows: the first at 0, each later than the one before, at least 1.</param>
    /// <param name="start">When the first row was, for schedules; <see langword="null"/> for Monday 2024-01-01 00:00 UTC.</param>
    /// <exception cref="ScalingException">A row breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public LoadTrace(string name, ImmutableArray<LoadPoint> points, DateTimeOffset? start = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (points.IsDefaultOrEmpty) throw new ScalingException([$"The load trace '{name}' must have at least 1 row, but has none."]);
        for (var i = 0; i < points.Length; i++) Check(name, points, i);

        Name = name;
        (Start, IsDated) = (start ?? new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), start is not null);
        _points = points;

        // The last row holds as long as the one before it.
        Duration = points.Length == 1 ? TimeSpan.FromSeconds(60) : points[^1].At + (points[^1].At - points[^2].At);
    }

    private LoadTrace(LoadRows read) : this(read.Name, read.Points, read.Start)
    {
    }

    /// <summary>What it is called in reports.</summary>
    public string Name { get; }

    /// <summary>When the first row was.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Whether it is known when that was, and not only supposed: schedules meet the load at its real times.</summary>
    public bool IsDated { get; }

    /// <summary>How long it is, the last row included.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The rows.</summary>
    public ImmutableArray<LoadPoint> Points => _points;

    /// <summary>
    /// Reads a file by its content: CSV, the answer of a Prometheus range query, JSON of CloudWatch or Datadog, or a decision log.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="target">
    /// Whose records of a decision log are meant; <see langword="null"/> if it has one target only. Other files do not need it.
    /// </param>
    /// <param name="metric">
    /// Which metric of a decision log is the load; <see langword="null"/> for <see cref="MetricRef.RequestRate"/>. Other files do not need
    /// it.
    /// </param>
    /// <param name="options">How it is read; <see langword="null"/> for the defaults. Decision logs do not need it.</param>
    /// <exception cref="ScalingException">
    /// It cannot be read, or is broken; the message names the line (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static LoadTrace Read(string path, ScalingTarget? target = null, MetricRef? metric = null, LoadOptions? options = null) =>
        LoadFile.Read(path, () => LoadKinds.Of(path)) switch
        {
            LoadKind.Prometheus => ReadPrometheus(path, options),
            LoadKind.CloudWatch => LoadFile.Read(
                path,
                () => new LoadTrace(
                    CloudWatchLoad.Parse(LoadFile.Bytes(path), LoadFile.NameOf(path), path, options ?? LoadOptions.Default))),
            LoadKind.DecisionLog => ReadDecisionLog(path, target, metric),
            _ => ReadCsv(path, options),
        };

    /// <summary>Reads a file of CSV; it is called after the file.</summary>
    /// <inheritdoc cref="ParseCsv"/>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; <see langword="null"/> for the defaults.</param>
    public static LoadTrace ReadCsv(string path, LoadOptions? options = null) => LoadFile.Read(path, () =>
    {
        using var reader = new StreamReader(path);
        return new LoadTrace(CsvLoad.Parse(reader, LoadFile.NameOf(path), path, options ?? LoadOptions.Default));
    });

    /// <summary>
    /// Reads CSV with a column of times and a column of loads, as <c>time_s,load</c> or as Grafana, CloudWatch, Datadog and spreadsheets
    /// export them. A load holds until the next row.
    /// </summary>
    /// <remarks>
    /// Times are seconds from any time on, epochs in seconds or finer units, or dates, with or without an offset; epochs and dates are
    /// when the load was. Cells are separated by commas, semicolons, tabs or bars; numbers may have decimal commas, separators of thousands
    /// and units (<c>1.2 K req/s</c>), which count as far as they are thousands or millions. What says that there is no value
    /// (<c>NaN</c>, <c>+Inf</c>, <c>null</c>, nothing) is a gap. Rows may come in any order.
    /// </remarks>
    /// <param name="reader">The text.</param>
    /// <param name="name">What the trace is called in reports.</param>
    /// <param name="options">How it is read; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScalingException">
    /// It cannot be read, or is broken; the message names the line (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static LoadTrace ParseCsv(TextReader reader, string name, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(CsvLoad.Parse(reader, name, name, options ?? LoadOptions.Default));
    }

    /// <summary>
    /// Reads the answer of a Prometheus range query, saved as JSON, whole or only its data or result; it is called after the file and
    /// begins at the first sample. Samples that are missing, or no number, are gaps.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScalingException">
    /// It cannot be read, or is broken; the message names the line (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static LoadTrace ReadPrometheus(string path, LoadOptions? options = null) => LoadFile.Read(
        path,
        () => new LoadTrace(PrometheusLoad.Parse(LoadFile.Bytes(path).Span, LoadFile.NameOf(path), path, options ?? LoadOptions.Default)));

    /// <summary>
    /// Queries a load from a Prometheus server, or one that answers as it does (Thanos, Mimir, VictoriaMetrics), in as many parts as its
    /// limit of samples asks for.
    /// </summary>
    /// <param name="client">
    /// Asks the server: its base address is that of the server, with the path that its API is under; credentials are its default headers.
    /// </param>
    /// <param name="query">The query, in PromQL: it yields one series, such as <c>sum(rate(http_requests_total[1m]))</c>.</param>
    /// <param name="from">The time of the first sample; down to whole steps.</param>
    /// <param name="to">The time of the last sample; down to whole steps.</param>
    /// <param name="step">The time between two samples, from 1 s to 1 day. A rate needs a window of at least that.</param>
    /// <param name="options">Name, cache, progress, gaps; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">
    /// The query is refused or wrong, or yields nothing or several series (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or the
    /// server does not answer (<see cref="ScalingErrorKind.MetricsUnavailable"/>); in the server's own words.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<LoadTrace> QueryPrometheusAsync(
        HttpClient client,
        string query,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan step,
        PrometheusLoadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        options ??= new();
        var range = PrometheusRange.Of(query, from, to, step);
        var cache = options.CacheFile is { Length: > 0 } file ? new PrometheusCache(file) : null;
        var samples = cache?.Read(range, options, out range);
        if (samples is null)
        {
            range = PrometheusRange.Of(query, from, to, step);
            var asked = new PrometheusQuery(client, range, options.Reading);
            samples = await asked.SamplesAsync(options.Progress, cancellationToken).ConfigureAwait(false);
            cache?.Write(range, options.Reading, samples);
        }

        var within = LoadSamples.Within(samples, range, options.Reading.Fill);
        return new(LoadSamples.Rows(within, isDated: true, options.Reading, options.Name ?? query, query, range.Step));
    }

    /// <summary>
    /// Makes a load of what a metric showed in a run, beginning at its first reading. Where it could not be read, the last value holds.
    /// </summary>
    /// <param name="records">The records, in the order in which they were made.</param>
    /// <param name="target">Whose records are meant; <see langword="null"/> if all are of one target.</param>
    /// <param name="metric">Which metric is the load; <see langword="null"/> for <see cref="MetricRef.RequestRate"/>.</param>
    /// <param name="perReplica">
    /// Whether the metric is an average over the replicas, so that the load is its value times the ready replicas;
    /// <see langword="null"/>: true for <c>cpu</c> and <c>memory</c>, false for all others. The load of <c>cpu</c> is in percent of one
    /// replica, whose capacity is 100; where the replicas were busy, more may have been needed than they could show.
    /// </param>
    /// <exception cref="ScalingException">
    /// There is no such target or reading, or one is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static LoadTrace FromRecords(
        IEnumerable<ScalingRecord> records, ScalingTarget? target = null, MetricRef? metric = null, bool? perReplica = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        return new(RecordedLoad.From(records, target, metric ?? MetricRef.RequestRate, perReplica));
    }

    /// <summary>Makes a load of what a metric showed in the run that a decision log is of.</summary>
    /// <param name="path">The log, as <see cref="DecisionLog"/> writes it.</param>
    /// <param name="target">Whose records are meant; <see langword="null"/> if all are of one target.</param>
    /// <param name="metric">Which metric is the load; <see langword="null"/> for <see cref="MetricRef.RequestRate"/>.</param>
    /// <param name="perReplica">Whether the metric is an average over the replicas, as in <see cref="FromRecords"/>.</param>
    /// <param name="ruleTypes">The user's own rules that the policies in it hold.</param>
    /// <exception cref="ScalingException">
    /// It cannot be read, or there is no such target or reading (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static LoadTrace ReadDecisionLog(
        string path,
        ScalingTarget? target = null,
        MetricRef? metric = null,
        bool? perReplica = null,
        IEnumerable<RuleType>? ruleTypes = null) =>
        LoadFile.Read(path, () => new LoadTrace(
            RecordedLoad.From(DecisionLog.Read(path, ruleTypes), target, metric ?? MetricRef.RequestRate, perReplica, path)));

    /// <summary>The load below which a share of the rows lies, as the least row that suffices (nearest rank).</summary>
    /// <param name="share">The share, more than 0 and at most 1: 0.99 for the 99th percentile.</param>
    /// <exception cref="ScalingException">The share breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public double Quantile(double share)
    {
        Share.Check(share, nameof(share));
        double[] sorted = [.. _points.Select(p => p.Load)];
        Array.Sort(sorted);
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    /// <summary>The trace's name.</summary>
    public override string ToString() => Name;

    private static void Check(string name, ImmutableArray<LoadPoint> points, int row)
    {
        var (at, load) = points[row];

        // The names of all rows would be the most expensive part of a trace: one is made only where a row breaks its rule.
        if (!Bounds.NotNegative.Allow(load)) Bounds.NotNegative.Check(load, $"The load of '{name}' at {Phrase.Exact(at)}");
        if (row == 0 ? at == TimeSpan.Zero : at > points[row - 1].At) return;
        var after = row == 0 ? "" : $" after {Phrase.Exact(points[row - 1].At)}";
        throw new ScalingException([
            $"The times of '{name}' must begin at 0 and increase, but row {row + 1} is at {Phrase.Exact(at)}{after}."]);
    }
}
