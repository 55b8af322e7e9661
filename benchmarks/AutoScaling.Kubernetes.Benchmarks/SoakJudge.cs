using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>Says what is wrong: with each scaling that the loop tried, and with what the API server shows.</summary>
internal sealed class SoakJudge(SoakLoads loads)
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _blind = [];
    private readonly List<DateTimeOffset> _seesAgain = [];
    private readonly List<string> _breaches = [];
    private readonly HashSet<(string Name, int To)> _tried = [];
    private List<(string Name, int From, int To)> _changes = [];
    private Dictionary<string, int>? _replicas;

    public IReadOnlyList<string> Breaches => _breaches;

    public int Judged { get; private set; }

    public SortedDictionary<string, int> Outcomes { get; } = new(StringComparer.Ordinal);

    public void Breach(string what)
    {
        _breaches.Add(what);
        Console.WriteLine($"BREACH: {what}");
    }

    /// <summary>Metrics could not be read in this time: nothing may be scaled, but for what was decided from readings of before.</summary>
    public void Blind(DateTimeOffset from, DateTimeOffset to) => _blind.Add((from + SoakSettings.Lag, to));

    /// <summary>The API server answers again after such a time. What was asked for until the next evaluation was perhaps not seen.</summary>
    public void SeesAgain(DateTimeOffset at) => _seesAgain.Add(at + FleetSettings.Interval);

    public void Judge(TriedScaling scaling)
    {
        Judged++;
        Outcomes[scaling.Outcome] = Outcomes.GetValueOrDefault(scaling.Outcome) + 1;
        _tried.Add((scaling.Name, scaling.To));
        if (_blind.Exists(b => scaling.At > b.From + SoakSettings.Lag && scaling.At < b.To)) Breach($"{Text(scaling)} while nothing could be read");
        if (scaling.To > scaling.From)
        {
            var wanted = loads.Wanted(scaling.Name, scaling.At - SoakSettings.Lag, scaling.At);
            if (!wanted.Contains(scaling.To)) Breach($"{Text(scaling)}, though its load asked for {string.Join(", then ", wanted)}");
            return;
        }

        // Down to the most that was asked for in the window. What it was at the window's beginning may have been seen an interval earlier, and so be forgotten;
        // what was asked for while nothing could be read was never seen.
        var most = loads.Wanted(scaling.Name, scaling.At - SoakSettings.DownWindow - SoakSettings.Lag, scaling.At);
        var from = scaling.At - SoakSettings.DownWindow + FleetSettings.Interval + SoakSettings.Lag;
        foreach (var blind in _blind.Where(b => b.From < scaling.At && b.To > from)) from = blind.To;
        foreach (var seen in _seesAgain.Where(t => t > from && t - SoakSettings.DownWindow < scaling.At)) from = seen;
        var to = scaling.At - SoakSettings.Lag;
        var least = from < to ? loads.Wanted(scaling.Name, from, to).Max() : 0;
        if (!most.Contains(scaling.To) || scaling.To < least) Breach($"{Text(scaling)}, though its load asked for {string.Join(", then ", most)}");
    }

    /// <summary>Takes in what the API server shows. A change must be one that the loop has told of by the time of the next look: whoever writes is quicker than its report.</summary>
    public void See(Dictionary<string, int> replicas)
    {
        foreach (var (name, from, to) in _changes.Where(c => !_tried.Contains((c.Name, c.To)))) Breach($"{name} went from {from} to {to}, and the loop knows nothing of it");
        _changes = _replicas is null ? [] : [.. replicas.Where(r => _replicas[r.Key] != r.Value).Select(r => (r.Key, _replicas[r.Key], r.Value))];
        _replicas = replicas;
    }

    private static string Text(TriedScaling s) => string.Create(CultureInfo.InvariantCulture, $"{s.Name} was scaled from {s.From} to {s.To} ({s.Outcome}, {s.At:HH:mm:ss})");
}
