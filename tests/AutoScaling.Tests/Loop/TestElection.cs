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

    public int Saves { get; private set; }

    /// <summary>The targets of each save that was not of all.</summary>
    public ConcurrentQueue<string> Scaled { get; } = [];

    /// <summary>What the next saves of all throw, one each.</summary>
    public ConcurrentQueue<Exception> Troubles { get; set; } = [];

    /// <summary>What loading throws.</summary>
    public Exception? LoadTrouble { get; set; }

    public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAsync(CancellationToken cancellationToken)
    {
        Loads++;
        if (LoadTrouble is not null) throw LoadTrouble;
        return new(Saved);
    }

    public ValueTask SaveScaledAsync(IReadOnlyDictionary<string, ScalingState> scaled, IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Scaled.Enqueue(string.Join(',', scaled.Keys.Order(StringComparer.Ordinal)));
        return ValueTask.CompletedTask;
    }

    public ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Troubles.TryDequeue(out var trouble)) throw trouble;
        Saves++;
        Saved = states;
        return ValueTask.CompletedTask;
    }
}
