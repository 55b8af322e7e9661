using System.CommandLine;
using System.Globalization;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Loads;

/// <summary>A load straight from a Prometheus server.</summary>
internal static class PrometheusLoads
{
    private const string TimeRule = "a date such as 2026-03-02 or 2026-03-02T12:00Z, or a time before now such as 7d, 12h or 90m";

    private static readonly TimeSpan UsualStep = TimeSpan.FromMinutes(1);

    private static readonly Option<Uri?> Address = Servers.Address(
        "--prometheus",
        "A Prometheus server that a load is queried from (or Thanos, Mimir, VictoriaMetrics), such as "
            + "http://prometheus:9090; needs --query and --from",
        "http://prometheus:9090");

    private static readonly Option<string?> Query = new("--query")
    {
        Description = "The query of the load, in PromQL, such as 'sum(rate(http_requests_total[2m]))'",
        HelpName = "PROMQL",
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "Where the queried load begins: a date, or a time before its end such as 7d",
        HelpName = "TIME",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Where the queried load ends: a date, or a time before now such as 12h [default: now]",
        HelpName = "TIME",
    };

    private static readonly Servers.Access Access = new("server", followsRedirects: true);

    private static readonly Option<string?> Cache = new("--cache")
    {
        Description = "A file for the queried load: where it holds that of the same query, as long and with the same step, no server "
            + "is asked",
        HelpName = "FILE",
    };

    public static IReadOnlyList<Option> All { get; } = [Address, Query, From, To, Cache, Access.TokenFile];

    /// <summary>Whether a load is to be queried.</summary>
    /// <exception cref="CommandException">Something of it is missing.</exception>
    public static bool IsAsked(ParseResult parsed)
    {
        if (parsed.GetValue(Address) is not null)
        {
            if (parsed.GetValue(Query) is null) throw new CommandException(
                "--prometheus needs a query: add --query 'sum(rate(http_requests_total[2m]))'.");
            if (parsed.GetValue(From) is null) throw new CommandException("--prometheus needs to know from when on: add --from 7d.");
            return true;
        }

        var given = All.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
        return given is null ? false : throw new CommandException($"{given.Name} needs a server to ask: add --prometheus URL.");
    }

    /// <summary>Queries the load.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="step">The time between two samples; <see langword="null"/> for a minute.</param>
    /// <param name="now">The time now.</param>
    /// <param name="progress">Is told of each part, and of warnings.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task<LoadTrace> ReadAsync(
        ParseResult parsed, TimeSpan? step, DateTimeOffset now, IProgress<LoadProgress> progress, CancellationToken stop)
    {
        var to = parsed.GetValue(To) is { } end ? Time("--to", end, now) : now;
        var from = Time("--from", parsed.GetValue(From)!, to);
        using var client = Access.Client(parsed, parsed.GetValue(Address));
        return await LoadTrace.QueryPrometheusAsync(client, parsed.GetValue(Query)!, from, to, step ?? UsualStep, new()
        {
            Reading = LoadReading.Options(parsed),
            CacheFile = parsed.GetValue(Cache),
            AcceptsOlderCache = Before(parsed.GetValue(From)!) is not null
                && (parsed.GetValue(To) is not { } last || Before(last) is not null),
            Progress = progress,
        }, stop);
    }

    private static DateTimeOffset Time(string option, string text, DateTimeOffset end) =>
        Before(text) is { } before ? end - before
            : LoadReading.Date(text) ?? throw new CommandException($"{option} must be {TimeRule}, but is '{text}'.");

    private static TimeSpan? Before(string text)
    {
        (char Unit, double Hours)[] units = [('m', 1.0 / 60), ('h', 1), ('d', 24), ('w', 168)];
        var unit = Array.Find(units, u => text.EndsWith(u.Unit));
        if (unit.Hours <= 0) return null;
        if (!double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) return null;
        return count > 0 && count * unit.Hours <= 24 * 3660 ? TimeSpan.FromHours(count * unit.Hours) : null;
    }
}
