using System.Collections.Concurrent;

namespace AutoScaling.Tests.Loop;

/// <summary>An election whose result the test gives.</summary>
internal sealed class TestElection : ILeaderElection, IDisposable
{
    private Action? _changed;
    private CancellationTokenSource _end = new();

    public string Identity => "copy-a";

    public string? Leader { get; set; }

    public LeaderTerm? Term { get; private set; }

    /// <summary>Whether the clock says that the term goes on, also if nobody has told of its end yet.</summary>
    public bool ClockIsGood { get; set; } = true;

    public bool HasResigned { get; private set; }

    public Action? Resigning { get; set; }

    public void Begin(long number)
    {
        _end.Dispose();
        _end = new();
        ClockIsGood = true;
        Leader = Identity;
        Term = new(() => ClockIsGood, _end.Token) { Number = number };
        _changed?.Invoke();
    }

    public void End(string? leader = "copy-b")
    {
        Term = null;
        Leader = leader;
        _end.Cancel();
        _changed?.Invoke();
    }

    public void Dispose() => _end.Dispose();

    public ValueTask StartAsync(Action changed, CancellationToken cancellationToken)
    {
        _changed = changed;
        return ValueTask.CompletedTask;
    }

    public ValueTask ResignAsync(CancellationToken cancellationToken)
    {
        Resigning?.Invoke();
        HasResigned = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps states in memory, and what was done in which order.</summary>
internal sealed class TestStore : IScalingStateStore
{
    public IReadOnlyDictionary<string, ScalingState> Saved { get; set; } = new Dictionary<string, ScalingState>();

    public int Loads { get; private set; }

    /// <summary>The targets that were asked for one by one.</summary>
    public ConcurrentQueue<string> Loaded { get; } = [];

    /// <summary>The targets of each write; one that is about to be scaled has a question mark, one that is deleted a minus.</summary>
    public ConcurrentQueue<string> Saves { get; } = [];

    /// <summary>What the next saves throw, one each.</summary>
    public ConcurrentQueue<Exception> Troubles { get; set; } = [];

    /// <summary>What the next loads throw, one each.</summary>
    public ConcurrentQueue<Exception> LoadTroubles { get; } = [];

    /// <summary>What loading the state of one target throws.</summary>
    public Exception? LoadTrouble { get; set; }

    /// <summary>What the next deletions throw, one each.</summary>
    public ConcurrentQueue<Exception> DeleteTroubles { get; } = [];

    /// <summary>What saves wait for.</summary>
    public Func<CancellationToken, Task> Wait { get; set; } = _ => Task.CompletedTask;

    /// <summary>What loading waits for.</summary>
    public Func<CancellationToken, Task> LoadWait { get; set; } = _ => Task.CompletedTask;

    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken)
    {
        Loads++;
        if (LoadTroubles.TryDequeue(out var trouble)) throw trouble;
        await LoadWait(cancellationToken);
        return Saved;
    }

    public ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken)
    {
        Loaded.Enqueue(target);
        return LoadTrouble is { } trouble ? throw trouble : new(Saved.GetValueOrDefault(target));
    }

    public async ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Wait(cancellationToken);
        if (Troubles.TryDequeue(out var trouble)) throw trouble;
        Saved = new Dictionary<string, ScalingState>([.. Saved.Where(s => !states.ContainsKey(s.Key)), .. states]);
        Saves.Enqueue(string.Join(',', states.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Intent is null ? s.Key : s.Key + "?")));
    }

    public ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        if (DeleteTroubles.TryDequeue(out var trouble)) throw trouble;
        Saved = Saved.Where(s => !targets.Contains(s.Key)).ToDictionary();
        Saves.Enqueue($"-{string.Join(",-", targets.Order(StringComparer.Ordinal))}");
        return ValueTask.CompletedTask;
    }
}
