using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>
/// Things of a kind that all targets share. They are listed once, and then watched; where they cannot be watched, or while they are not,
/// they are listed whenever the last list is too old. Nothing is read of what nobody asks for. Thread-safe.
/// </summary>
/// <typeparam name="TItem">A thing as it is read.</typeparam>
/// <typeparam name="T">What is kept of it.</typeparam>
/// <typeparam name="TTable">How they are found.</typeparam>
internal sealed class WatchedList<TItem, T, TTable>
    where TItem : class, IApiObject
    where T : class, INamed, IKept<TItem, T>
    where TTable : Table<T>, new()
{
    // Who does not ask for longer than this has the list read again.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // How long a watch may take to begin before the list is read instead.
    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(3);

    private readonly ReadingContext _context;
    private readonly Watchable<TItem, T> _what;
    private readonly SharedRead<TTable> _read;
    private volatile Following? _following;
    private long _asked;

    public WatchedList(ReadingContext context, Watchable<TItem, T> what)
    {
        (_context, _what) = (context, what);
        _read = new(ReadAsync, context.MaxAge, context.Time, context.Stopping);
    }

    /// <summary>Is told when something has been read or has changed.</summary>
    public Action? Changed { get; init; }

    /// <summary>Is told when the database was restored from a backup, so that versions begin anew.</summary>
    public Action? SetBack { get; init; }

    /// <summary>What was read last, of whatever age; <see langword="null"/> if nothing was.</summary>
    public TTable? Last => _read.Last;

    /// <summary>Whether what was read last is kept up to date by a watch.</summary>
    public bool IsLive => Live is not null;

    /// <summary>Whether nothing is watched.</summary>
    public bool HasEnded => _following is null or { Watch.HasEnded: true };

    /// <summary>Starts to read if what there is is too old, and does not wait for it.</summary>
    public void Begin()
    {
        Ask();
        if (Live is null && _following is not { Watch.HasEnded: false, Watch.Opening.IsCompleted: false }) _read.Begin();
    }

    /// <summary>The things as they are, or as they were no longer ago than a list may be old.</summary>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public ValueTask<TTable> GetAsync(CancellationToken cancellationToken) => GetAsync(_context.Time.GetTimestamp(), cancellationToken);

    /// <summary>The things as they are, or as they were no longer ago than a list may be old.</summary>
    /// <param name="moment">When the evaluation began that needs it.</param>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public ValueTask<TTable> GetAsync(long moment, CancellationToken cancellationToken)
    {
        Ask();
        if (Live is { } live) return new(live);
        if (_read.Fresh(moment) is { } fresh) return new(fresh);
        return _following is { Watch.HasEnded: false } following
            ? WaitAsync(following.Watch, moment, cancellationToken)
            : _read.GetAsync(moment, cancellationToken);
    }

    private TTable? Live => _following is { Watch.IsLive: true } following ? following.Table : null;

    private void Ask() => Volatile.Write(ref _asked, _context.Time.GetTimestamp());

    private bool IsWanted() => _context.Time.GetElapsedTime(Volatile.Read(ref _asked)) < Life;

    private async ValueTask<TTable> WaitAsync(Watch<TItem, T> watch, long moment, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(watch.Opening, Task.Delay(OpeningTime, _context.Time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Live ?? await _read.GetAsync(moment, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TTable> ReadAsync(TTable? last, CancellationToken stop)
    {
        var listing = await _context.Api.ListAsync(_what.Call, _what.ListType, last?.ResourceVersion, stop).ConfigureAwait(false);

        // A watch that took its time to begin may have told the same meanwhile.
        if (Live is { } live && !ResourceVersion.IsOlder(live.ResourceVersion, listing.ResourceVersion)) return live;
        var table = new TTable();
        table.Fill(listing, last);
        if (last is not null && ResourceVersion.IsOlder(listing.ResourceVersion, last.ResourceVersion)) SetBack?.Invoke();
        Changed?.Invoke();
        Follow(table);
        return table;
    }

    private void Follow(TTable table)
    {
        _following?.Stop.Cancel();
        _following = null;
        if (table.ResourceVersion.Length == 0 || !_context.Refusals.Allow(_what.Call)) return;
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_context.Stopping);
        var following = new Following(table, new(_context, _what, table), stop);
        _following = following;
        _ = Task.Run(() => following.Watch.RunAsync(IsWanted, () => Changed?.Invoke(), following.Stop.Token), CancellationToken.None);
    }

    private sealed record Following(TTable Table, Watch<TItem, T> Watch, CancellationTokenSource Stop);
}
