using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>Keeps states in ConfigMaps: in parts, and in one more ConfigMap what was saved since the parts were written.</summary>
/// <remarks>
/// <para>
/// Each target's part follows from its name. If the parts become too large, there are twice as many from then on. The new parts are written
/// before the index counts them. The states that have moved into them are still in the old parts then, where they are ignored. So a process
/// that ends in the middle loses nothing.
/// </para>
/// <para>
/// Ten thousand states are 2 to 3 MB when compressed. That is too much to write every second, and with so many targets one of them is
/// scaled in nearly every second. So as long as at most half of all targets were saved since the parts were written, their states are
/// written to the one ConfigMap more, all of them each time. A state there counts if it is newer than the part of its target, by turn and
/// number.
/// </para>
/// </remarks>
internal sealed class ConfigMapStateStore : IScalingStateStore
{
    /// <summary>The most bytes in one part; the API server takes 1 MiB with all that is around it.</summary>
    public const int LargestPart = 900 * 1024;

    // For how long loading is tried again. A copy often takes over when the API server has trouble, and one that gives up at once begins
    // without states.
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(20);

    private readonly SavedMaps _maps;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly int _largestPart;
    private readonly Backoff _backoff = new();

    // Whether the ConfigMaps were read, so that writing over them loses nothing: this copy has all of their states that can be read.
    private bool _read;

    // What is saved, or is being saved.
    private readonly Dictionary<string, ScalingState> _all = new(StringComparer.Ordinal);

    // The targets that were saved since the parts were written, by this copy or by the one before it.
    private HashSet<string> _recent = new(StringComparer.Ordinal);

    // Whether the parts must be written next: they hold what is to be deleted, or is older than something that cannot be read.
    private bool _mustSaveAll;

    // Whether another copy has saved targets since the parts were written, and this one has not.
    private bool _isRecentOfAnother;

    /// <summary>Opens a store. The ConfigMaps are read and written later.</summary>
    /// <param name="maps">The ConfigMaps of the namespace.</param>
    /// <param name="name">The name of the index, with which the names of the others begin.</param>
    /// <param name="time">The time.</param>
    /// <param name="log">Is told of states that cannot be read.</param>
    /// <param name="largestPart">The most bytes in one part.</param>
    public ConfigMapStateStore(
        ObjectClient<ConfigMapDocument, WrittenObject> maps,
        string name,
        TimeProvider time,
        ILogger<ConfigMapStateStore> log,
        int largestPart = LargestPart) => (_maps, _time, _log, _largestPart) = (new(maps, name), time, log, largestPart);

    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        _read = false;
        _all.Clear();
        for (var attempt = 1; ; attempt++)
        {
            var wait = _backoff.Next(attempt);
            try
            {
                await FindAsync(cancellationToken).ConfigureAwait(false);
                return new Dictionary<string, ScalingState>(_all, StringComparer.Ordinal);
            }
            catch (ApiException e) when (e.IsTransient && _time.GetElapsedTime(started) + wait < LoadTime)
            {
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken)
    {
        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        return _all.GetValueOrDefault(target);
    }

    public async ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var (target, state) in states)
        {
            // A copy that has not evaluated a target yet does not write over what is only found now.
            if (state != ScalingState.New) _all[target] = state;
            else _all.TryAdd(target, state);
        }

        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        _maps.BeginSave();
        if (!_mustSaveAll && await TrySaveRecentAsync(states.Keys, cancellationToken).ConfigureAwait(false)) return;
        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        foreach (var target in targets)
        {
            // If this write fails, the next one, whatever it saves, deletes them.
            _mustSaveAll |= _all.Remove(target);
            _recent.Remove(target);
        }

        if (!_mustSaveAll) return;
        _maps.BeginSave();
        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves only what was saved since the parts were written, if that is little of all.</summary>
    private async Task<bool> TrySaveRecentAsync(IEnumerable<string> targets, CancellationToken cancellationToken)
    {
        HashSet<string> recent = new(_recent.Union(targets, StringComparer.Ordinal), StringComparer.Ordinal);
        if (recent.Count * 2 > _all.Count) return false;
        var content = SavedPart.Write(recent.Select(target => KeyValuePair.Create(target, _all[target])));
        if (content.Length > _largestPart) return false;
        foreach (var target in recent) _maps.Outdate(SavedPart.Of(target, _maps.Parts));
        await _maps.SaveRecentAsync(content, cancellationToken).ConfigureAwait(false);
        (_recent, _isRecentOfAnother) = (recent, false);
        return true;
    }

    private async Task SaveAllAsync(CancellationToken cancellationToken)
    {
        var had = _maps.Parts;
        var contents = Deal();
        if (contents.Length > had) await _maps.GrowAsync(contents, cancellationToken).ConfigureAwait(false);
        for (var part = 0; part < had; part++) await _maps.SavePartAsync(part, contents[part], cancellationToken).ConfigureAwait(false);

        // What another copy has saved since is in the parts now. It is written over all the same: if that copy should write to it once
        // more, it must find that it has been replaced.
        if (_isRecentOfAnother) await _maps.SaveRecentAsync(SavedPart.Write([]), cancellationToken).ConfigureAwait(false);
        _maps.OutdateRecent();
        (_mustSaveAll, _isRecentOfAnother) = (false, false);
        _recent.Clear();
    }

    /// <summary>Fetches what the ConfigMaps hold, and takes it of targets that this copy has no state of.</summary>
    private async Task FindAsync(CancellationToken cancellationToken)
    {
        var (parts, recent) = await _maps.TakeAsync(cancellationToken).ConfigureAwait(false);
        var saved = SavedStates.Read(parts, recent, _maps.Namespace, _log);
        foreach (var (target, state) in saved.All)
        {
            if (_all.GetValueOrDefault(target) is not { } own || own == ScalingState.New) _all[target] = state;
        }

        _recent = [.. saved.Recent.Where(_all.ContainsKey)];
        _mustSaveAll = saved.IsRecentBroken;
        _isRecentOfAnother = saved.IsRecentBroken || _recent.Count > 0;
        foreach (var target in saved.Recent) _maps.Outdate(SavedPart.Of(target, parts.Count));
        for (var part = 0; saved.IsRecentBroken && part < parts.Count; part++) _maps.Outdate(part);
        _read = true;
    }

    private byte[][] Deal()
    {
        for (var count = _maps.Parts; ; count *= 2)
        {
            var contents = SavedPart.Write(_all, count);
            if (count >= SavedMap.MostParts || contents.All(c => c.Length <= _largestPart)) return contents;
        }
    }
}
