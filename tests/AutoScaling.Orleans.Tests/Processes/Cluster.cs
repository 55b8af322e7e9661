using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>Silos in processes of their own, the storage that they share, and the world that they scale.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>The tests that have one: each has several processes, which are taken for dead without a turn within a second.</summary>
    public const string OneAtATime = "clusters";

    private readonly List<Silo> _silos = [];
    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"c{Environment.ProcessId}-{Stopwatch.GetTimestamp()}");
    private readonly string[] _more;

    public Cluster(IStorageServer storage, int targets, double interval, params string[] more)
    {
        (Storage, Targets, Interval) = (storage, targets, TimeSpan.FromSeconds(interval));
        _more = [.. (string[])["--targets", Text(targets), "--interval", Text(interval)], .. more];
    }

    public IStorageServer Storage { get; }

    public World World { get; } = new();

    public int Targets { get; }

    public TimeSpan Interval { get; }

    public string Id => _id;

    public IEnumerable<int> All => Enumerable.Range(0, Targets);

    /// <summary>Starts a silo, and waits until its host has started.</summary>
    public async Task<Silo> StartSiloAsync(string name)
    {
        var gateway = Ports.Free();
        var silo = Silo.Start(
            name, World, [.. _more, .. Storage.Arguments, "--cluster", _id, "--port", Text(Ports.Free()), "--gateway", Text(gateway)]);
        _silos.Add(silo);
        await Waiting.UntilAsync(() => World.HasStarted(name) || silo.HasExited, TimeSpan.FromSeconds(60), $"{name} has started");
        Assert.False(silo.HasExited, string.Join(Environment.NewLine, silo.Lines));
        return silo;
    }

    /// <summary>Starts the storage and silos, and waits until each has its share.</summary>
    public async Task<Silo[]> StartAsync(int silos)
    {
        await Storage.StartAsync();
        var started = await Task.WhenAll(Enumerable.Range(1, silos).Select(i => StartSiloAsync(string.Create(CultureInfo.InvariantCulture, $"S{i}"))));
        await SharedOutAsync(silos);
        return started;
    }

    /// <summary>Waits until each of so many silos evaluates a fair share of the targets.</summary>
    public Task<TimeSpan> SharedOutAsync(int silos) => Waiting.UntilAsync(
        () => IsFair(silos),
        TimeSpan.FromMinutes(1),
        $"{silos} silos have their share; they have {string.Join(", ", Shares())}");

    /// <summary>Whether each of so many silos has made the last evaluation of a fair share of the targets.</summary>
    public bool IsFair(int silos)
    {
        var last = All.Select(t => World.EvaluationsOf(t)).ToList();
        if (last.Exists(e => e.Count == 0)) return false;
        var shares = last.GroupBy(e => e[^1].Silo, StringComparer.Ordinal).Select(g => g.Count()).ToList();
        return shares.Count == silos && shares.Min() >= Targets / silos * 0.7;
    }

    public IEnumerable<string> Shares() => All.Select(t => World.EvaluationsOf(t)).Where(e => e.Count > 0)
        .GroupBy(e => e[^1].Silo, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Count()}");

    /// <summary>Waits until each target was evaluated since a time.</summary>
    public Task<TimeSpan> EvaluatedSinceAsync(long since, TimeSpan longest) => Waiting.UntilAsync(
        () => All.All(t => World.EvaluationsOf(t) is { Count: > 0 } e && e[^1].At > since), longest, "every target was evaluated again");

    /// <summary>Nothing was scaled more than once, and what was to be scaled was.</summary>
    public void ScaledOnce(Func<int, bool> wasToBe)
    {
        var byTarget = World.Scalings.GroupBy(s => s.Target, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        var twice = byTarget.Values.Where(s => s.Count > 1).Select(s => string.Join(", ", s)).ToList();
        Assert.True(twice.Count == 0, $"Scaled more than once: {string.Join("; ", twice.Take(5))}");
        Assert.Equal(All.Where(wasToBe).Select(t => Text(t)).Order(StringComparer.Ordinal), byTarget.Keys.Select(k => k[1..]).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos) await silo.DisposeAsync();
        await World.DisposeAsync();
        await Storage.DisposeAsync();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
