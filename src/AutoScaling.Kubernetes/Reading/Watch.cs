using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>
/// Keeps a table up to date by a watch from where its list ended, until what has changed can no longer be had. Then the list has to be read
/// again. Thread-safe.
/// </summary>
/// <remarks>Source of the rules: "Efficient detection of changes" in the Kubernetes API concepts, and the reflector of client-go.</remarks>
internal sealed class Watch<TItem, T>(ReadingContext context, Watchable<TItem, T> what, Table<T> table)
    where TItem : class, IApiObject
    where T : class, INamed, IKept<TItem, T>
{
    // The API server sends a bookmark every minute if anything of the kind has changed. Without a sign for this long nobody knows whether
    // there is anything at the other end, so that it is opened again.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    // A watch that ends sooner than this, and without a word, has not lasted.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    // What happened while there was no watch comes at once, but there is no sign that it is all there.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    // The API server ends a watch after 5 to 10 minutes, each after another time, so that they do not all begin again together.
    private const int LeastSeconds = 300;

    private const int Tries = 3;

    private readonly ApiCall _call = what.Call with { Verb = "watch" };
    private readonly Backoff _backoff = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _opening = NewOpening();
    private bool _isOpen;
    private bool _hasEnded;
    private bool _hasTold;
    private long _opened;
    private long _sign;

    /// <summary>Whether the table is up to date.</summary>
    public bool IsLive => Volatile.Read(ref _isOpen) && context.Time.GetElapsedTime(Volatile.Read(ref _sign)) < Silence;

    /// <summary>Whether it has ended for good.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>Ends when the watch is open that is being opened, or when it is given up.</summary>
    public Task Opening
    {
        get
        {
            lock (_gate) return _opening.Task;
        }
    }

    /// <summary>Watches until it can go on no longer.</summary>
    /// <param name="isWanted">Whether anybody still needs the table.</param>
    /// <param name="changed">Is told when the table has changed.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<bool> isWanted, Action changed, CancellationToken stop)
    {
        try
        {
            var (failures, again) = (0, false);
            while (isWanted())
            {
                var failure = await TryAsync(again, changed, stop).ConfigureAwait(false);
                var lasted = IsOpen && (_hasTold || context.Time.GetElapsedTime(_opened) >= Short);
                Close();
                if (failure?.Status == HttpStatusCode.Gone) return;
                if (lasted) context.Refusals.Forget(_call);
                failures = lasted ? 0 : failures + 1;
                if (WatchRefusals.IsFinal(failure) || failures == Tries)
                {
                    context.Refusals.Add(_call, failure ?? new("they end as soon as they have begun", null));
                    return;
                }

                again = true;
                await Task.Delay(_backoff.Next(Math.Max(failures, 1)), context.Time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The cluster is not asked any longer.
        }
        finally
        {
            Volatile.Write(ref _hasEnded, true);
            Close().TrySetResult();
        }
    }

    private bool IsOpen => Volatile.Read(ref _isOpen);

    /// <summary>Watches once.</summary>
    /// <returns>Why it ended; <see langword="null"/> if it ended as it should.</returns>
    private async Task<ApiException?> TryAsync(bool again, Action changed, CancellationToken stop)
    {
        using var silent = new CancellationTokenSource(Silence, context.Time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, stop);
        var opened = Task.FromResult<ApiException?>(null);
        try
        {
            var selectors = _call.Query is { } query ? query + "&" : "";
            var seconds = LeastSeconds + (Fnv1a.Of<char>(_call.Path) % LeastSeconds);
            var call = _call with
            {
                Query = $"{selectors}watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={table.ResourceVersion}",
            };
            await context.Api.WatchAsync(call, what.EventType, Began, Take, ends.Token).ConfigureAwait(false);
            return null;
        }
        catch (ApiException e)
        {
            return e;
        }
        catch (OperationCanceledException) when (silent.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return await opened.ConfigureAwait(false);
        }
        finally
        {
            await ends.CancelAsync().ConfigureAwait(false);
            await ((Task)opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Began()
        {
            _hasTold = false;
            Volatile.Write(ref _opened, context.Time.GetTimestamp());
            Sign();
            if (again) opened = OpenAgainAsync(ends);
            else Open();
        }

        void Take(WatchEvent<TItem> said)
        {
            Sign();
            _hasTold = true;
            silent.CancelAfter(Silence);
            Apply(said);
            changed();
        }
    }

    private void Apply(WatchEvent<TItem> said)
    {
        if (said is not { Type: "ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK", Object: { About: { } about } item }) throw Gone();
        var version = about.ResourceVersion;
        var isOld = version is null || ResourceVersion.IsOlder(version, table.ResourceVersion);
        if (said.Type is "DELETED")
        {
            table.Take(about.Namespace ?? "", about.Name ?? "");
        }
        else if (isOld)
        {
            // The database was restored from a backup.
            throw Gone();
        }
        else if (said.Type is not "BOOKMARK")
        {
            if (T.Of(item) is { } kept) table.Put(kept);
            else table.Take(about.Namespace ?? "", about.Name ?? "");
        }

        if (!isOld) table.Reach(version!);
    }

    /// <summary>
    /// Looks whether a watch that has been opened again tells all that has happened since, and ends it if it does not: the database may
    /// have been restored from a backup of before what the table tells. The API server then says nothing of what happens until its versions
    /// reach the table's. It is asked while the watch is open, so that a restore afterwards breaks the watch.
    /// </summary>
    /// <returns>Why the watch was ended; <see langword="null"/> if it goes on, or has ended by itself.</returns>
    private async Task<ApiException?> OpenAgainAsync(CancellationTokenSource ends)
    {
        ApiException failure;
        try
        {
            var call = what.Call with { Query = "limit=1", RetryTime = TimeSpan.Zero };
            var page = await context.Api.ReadAsync(call, what.ListType, ends.Token).ConfigureAwait(false);
            if (page.Metadata?.ResourceVersion is not { } version || !ResourceVersion.IsOlder(version, table.ResourceVersion))
            {
                await Task.Delay(Settling, context.Time, ends.Token).ConfigureAwait(false);
                Open();
                return null;
            }

            failure = Gone();
        }
        catch (ApiException e)
        {
            failure = e;
        }

        await ends.CancelAsync().ConfigureAwait(false);
        return failure;
    }

    private void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            _opening.TrySetResult();
        }
    }

    private TaskCompletionSource Close()
    {
        lock (_gate)
        {
            _isOpen = false;
            if (_opening.Task.IsCompleted && !_hasEnded) _opening = NewOpening();
            return _opening;
        }
    }

    private void Sign() => Volatile.Write(ref _sign, context.Time.GetTimestamp());

    private static ApiException Gone() => new("what has changed is not known any longer", HttpStatusCode.Gone);

    private static TaskCompletionSource NewOpening() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
