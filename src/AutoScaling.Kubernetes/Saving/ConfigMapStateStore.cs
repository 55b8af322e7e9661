using System.Globalization;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>
/// Keeps states in ConfigMaps: an index that says how many parts there are and whose turn it is to save, the parts, and one more for what
/// was saved of a few since the parts were written.
/// </summary>
/// <remarks>
/// <para>
/// A copy that loads takes the next turn, a number that only grows and is in each ConfigMap. Every write replaces what the copy saw there
/// last. If another copy has written meanwhile, its turn says what to do. If it is later, this copy has been replaced, and saves no longer.
/// If it is earlier, that copy has been replaced, and this one writes over what it wrote.
/// </para>
/// <para>
/// Each target's part follows from its name. If the parts become too large, there are twice as many from then on. The new parts are written
/// before the index counts them. The states that have moved into them are still in the old parts then, where they are ignored. So a process
/// that ends in the middle loses nothing.
/// </para>
/// <para>
/// Ten thousand states are 2 to 3 MB when compressed. That is too much to write every second, and with so many targets one of them is
/// scaled in nearly every second. So the states of a few of many are written to the ConfigMap of their own, and count if its turn and number
/// are later than those of their part.
/// </para>
/// </remarks>
internal sealed class ConfigMapStateStore : IScalingStateStore
{
    /// <summary>The most bytes in one part; the API server takes 1 MiB with all that is around it.</summary>
    public const int LargestPart = 900 * 1024;

    private const string TurnKey = "turn";
    private const string PartsKey = "parts";
    private const string NumberKey = "number";
    private const int MostTries = 5;
    private const int MostParts = 1024;

    // For how long loading is tried again. A copy often takes over when the API server has trouble, and one that gives up at once begins
    // without states.
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(20);

    private readonly ConfigMapClient _maps;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly int _largestPart;
    private readonly Backoff _backoff = new();
    private readonly Dictionary<string, (KeptMetadata? Seen, string? Digest)> _known = new(StringComparer.Ordinal);
    private long _turn;
    private long _number;
    private int _parts = 1;

    // Whether the parts hold all that counts of the ConfigMap of what was scaled, so that this one may be written over.
    private bool _complete;

    // Whether the ConfigMaps were read, so that writing over them loses nothing: this copy has their states, or nobody can make sense of
    // them.
    private bool _read;

    // What is saved, or is being saved.
    private readonly Dictionary<string, ScalingState> _all = new(StringComparer.Ordinal);

    // The targets that were saved since all were.
    private readonly HashSet<string> _few = new(StringComparer.Ordinal);

    public ConfigMapStateStore(ConfigMapClient maps, string name, TimeProvider time, int largestPart = LargestPart) =>
        (_maps, _name, _time, _largestPart) = (maps, name, time, largestPart);

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
        _number++;
        foreach (var target in states.Keys) _few.Add(target);

        // Not while what the copy before has saved of a few is nowhere but in the ConfigMap that would be written over here.
        if (_complete && _few.Count * 2 <= _all.Count)
        {
            var content = SavedPart.Write(_few.ToDictionary(target => target, target => _all[target], StringComparer.Ordinal));
            if (content.Length <= _largestPart)
            {
                await SaveAsync(Few, content, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string target, CancellationToken cancellationToken)
    {
        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        if (!_all.Remove(target)) return;
        _few.Remove(target);
        _number++;
        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SaveAllAsync(CancellationToken cancellationToken)
    {
        var had = _parts;
        var contents = Deal(_all);
        if (contents.Length > had)
        {
            // New parts are read first. A right to create ConfigMaps is one to any name, but a right to read them may not be: without it, a
            // copy could write parts that no copy could load.
            for (var part = had; part < contents.Length; part++) await _maps.ReadAsync(Part(part), cancellationToken).ConfigureAwait(false);
            await SavePartsAsync(contents, had, contents.Length, cancellationToken).ConfigureAwait(false);
            await WriteAsync(_name, Index(contents.Length), cancellationToken).ConfigureAwait(false);
            _parts = contents.Length;
        }

        await SavePartsAsync(contents, 0, had, cancellationToken).ConfigureAwait(false);

        // What the copy before has saved of a few is in the parts now. It is written over all the same: that copy must find that it saves no longer.
        if (!_complete && _known.GetValueOrDefault(Few).Seen is not null)
            await SaveAsync(Few, SavedPart.Write(new Dictionary<string, ScalingState>(StringComparer.Ordinal)), cancellationToken).ConfigureAwait(false);
        _complete = true;
        _few.Clear();
    }

    private async Task SavePartsAsync(byte[][] contents, int from, int to, CancellationToken cancellationToken)
    {
        for (var part = from; part < to; part++) await SaveAsync(Part(part), contents[part], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches what the ConfigMaps hold, and takes it of targets that this copy has no state of.</summary>
    private async Task FindAsync(CancellationToken cancellationToken)
    {
        foreach (var (target, state) in await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_all.GetValueOrDefault(target) is not { } own || own == ScalingState.New) _all[target] = state;
        }

        _few.Clear();
    }

    private async Task<Dictionary<string, ScalingState>> ReadAsync(CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        string[] names = [.. Enumerable.Range(0, _parts).Select(Part), Few];
        var maps = await Task.WhenAll(names.Select(name => _maps.ReadAsync(name, cancellationToken))).ConfigureAwait(false);
        var versions = maps.Select(m => (Turn: m?.Number(TurnKey, 0) ?? 0, Number: m?.Number(NumberKey, 0) ?? 0)).ToArray();
        _number = versions.Max(v => v.Number);
        _read = true;
        var states = new Dictionary<string, ScalingState>(StringComparer.Ordinal);
        var counts = false;
        for (var i = 0; i < maps.Length; i++)
        {
            if (maps[i] is not { } map) continue;
            var content = map.BinaryData?.GetValueOrDefault(SavedPart.Key);
            _known[names[i]] = (map.Metadata, content is null ? null : SavedPart.Digest(content));
            var part = i;
            bool Belongs(string target)
            {
                var home = SavedPart.Of(target, _parts);
                if (part < _parts) return home == part;
                var newer = versions[part].CompareTo(versions[home]) > 0;
                counts |= newer;
                return newer;
            }

            if (content is not null) SavedPart.Read(content, names[i], Belongs, states);
        }

        _complete = !counts;
        return states;
    }

    private byte[][] Deal(Dictionary<string, ScalingState> states)
    {
        for (var count = _parts; ; count *= 2)
        {
            var contents = SavedPart.Write(states, count);
            if (count >= MostParts || contents.All(c => c.Length <= _largestPart)) return contents;
        }
    }

    /// <summary>Takes the next turn: from then on this copy saves, and no other.</summary>
    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        _known.Clear();
        _turn = 0;
        _complete = false;
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var index = await _maps.ReadAsync(_name, cancellationToken).ConfigureAwait(false);
            var parts = (int)Math.Clamp(index?.Number(PartsKey, 1) ?? 1, 1, MostParts);

            // If somebody has deleted the index, the turn goes on from that of the first part.
            var turn = ((index ?? await _maps.ReadAsync(Part(0), cancellationToken).ConfigureAwait(false))?.Number(TurnKey, 0) ?? 0) + 1;
            var written = await _maps.WriteAsync(_name, index?.Metadata, Index(parts, turn), cancellationToken).ConfigureAwait(false);
            if (written is null) continue;
            _known[_name] = (written, null);
            (_turn, _parts) = (turn, parts);
            return;
        }

        throw new ApiException($"the ConfigMap '{_maps.Namespace}/{_name}' changes all the time", null);
    }

    private async Task SaveAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        var digest = SavedPart.Digest(content);
        if (_known.TryGetValue(name, out var known) && string.Equals(known.Digest, digest, StringComparison.Ordinal)) return;
        var map = new ConfigMapDocument
        {
            Data = ConfigMapDocument.Numbers((TurnKey, _turn), (NumberKey, _number)),
            BinaryData = new(StringComparer.Ordinal) { [SavedPart.Key] = content },
        };
        await WriteAsync(name, map, cancellationToken).ConfigureAwait(false);
        _known[name] = (_known[name].Seen, digest);
    }

    private async Task WriteAsync(string name, ConfigMapDocument map, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var seen = _known.GetValueOrDefault(name).Seen;
            if (await _maps.WriteAsync(name, seen, map, cancellationToken).ConfigureAwait(false) is { } written)
            {
                _known[name] = (written, null);
                return;
            }

            var found = await _maps.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (found?.Number(TurnKey, 0) > _turn)
            {
                throw new ApiException(
                    $"another copy saves to the ConfigMap '{_maps.Namespace}/{_name}' now, so that this one does no longer", null);
            }

            _known[name] = (found?.Metadata, null);
        }

        throw new ApiException($"the ConfigMap '{_maps.Namespace}/{name}' changes all the time", null);
    }

    private ConfigMapDocument Index(int parts) => Index(parts, _turn);

    private static ConfigMapDocument Index(int parts, long turn) =>
        new() { Data = ConfigMapDocument.Numbers((TurnKey, turn), (PartsKey, parts)) };

    private string Few => _name + "-scaled";

    private string Part(int part) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{part}");
}
