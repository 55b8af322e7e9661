using System.Globalization;

namespace AutoScaling.Kubernetes;

/// <summary>Keeps states in ConfigMaps: one that says how many parts there are and who saves, the parts, and one for what was scaled since these were written.</summary>
/// <remarks>
/// <para>
/// Whoever loads takes the next turn, a number that only grows and stands in each ConfigMap. Every write is made over what was seen. If somebody else has written meanwhile, the turns say
/// what that means: a later one, and this copy's states are out of date and are not saved any longer; an earlier one, and it was the last word of a copy that has been replaced.
/// </para>
/// <para>
/// Each target has its part, by its name. Parts only double in number: then the new ones are written before they are counted, and what has moved into them is ignored where it was before,
/// so that a process that ends in the middle loses nothing.
/// </para>
/// <para>
/// All of ten thousand states are 2 to 3 MB when compressed: too much to write every second, when with so many targets there is always one that was just scaled.
/// So a few of many are written by themselves, and count if their turn and number are later than those of their part.
/// </para>
/// </remarks>
internal sealed class ConfigMapStateStore : IScalingStateStore
{
    /// <summary>What the API server takes is 1 MiB.</summary>
    public const int LargestPart = 900 * 1024;

    private const string TurnKey = "turn";
    private const string PartsKey = "parts";
    private const string NumberKey = "number";
    private const int MostTries = 5;
    private const int MostParts = 1024;

    // A copy takes over when there is trouble, of the API server perhaps. One that gives up at once begins with nothing.
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(20);

    private readonly ConfigMapClient _maps;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly int _largestPart;
    private readonly Dictionary<string, (KeptMetadata? Seen, string? Digest)> _known = new(StringComparer.Ordinal);
    private long _turn;
    private long _number;
    private int _parts = 1;

    // Whether the parts hold all that counts of what was scaled, so that it may be written over.
    private bool _complete;

    // Whether what stands there was fetched. Then this copy has it, or nobody can read it.
    private bool _read;

    // What is saved, or is being saved.
    private readonly Dictionary<string, ScalingState> _all = new(StringComparer.Ordinal);

    // The targets that were saved since all were.
    private readonly HashSet<string> _scaled = new(StringComparer.Ordinal);

    public ConfigMapStateStore(ConfigMapClient maps, string name, TimeProvider time, int largestPart = LargestPart) =>
        (_maps, _name, _time, _largestPart) = (maps, name, time, largestPart);

    public async ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        _read = false;
        _all.Clear();
        for (var attempt = 1; ; attempt++)
        {
            var wait = Backoff.Of(attempt);
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
            // Who has not evaluated a target yet does not write over what is only found now.
            if (state != ScalingState.New) _all[target] = state;
            else _all.TryAdd(target, state);
        }

        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        _number++;
        foreach (var target in states.Keys) _scaled.Add(target);

        // Some of many, while what the copy before has scaled stands nowhere but where this would be written.
        if (_complete && _scaled.Count * 2 <= _all.Count)
        {
            var content = SavedPart.Write(_scaled.ToDictionary(target => target, target => _all[target], StringComparer.Ordinal));
            if (content.Length <= _largestPart)
            {
                await SaveAsync(Scaled, content, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string target, CancellationToken cancellationToken)
    {
        if (!_read) await FindAsync(cancellationToken).ConfigureAwait(false);
        if (!_all.Remove(target)) return;
        _number++;
        await SaveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SaveAllAsync(CancellationToken cancellationToken)
    {
        var had = _parts;
        var contents = Deal(_all);
        if (contents.Length > had)
        {
            // A right to create is one to any name, but who may not read a new part must not rely on it: what was saved could not be loaded any longer.
            for (var part = had; part < contents.Length; part++) await _maps.ReadAsync(Part(part), cancellationToken).ConfigureAwait(false);
            for (var part = had; part < contents.Length; part++) await SaveAsync(Part(part), contents[part], cancellationToken).ConfigureAwait(false);
            await WriteAsync(_name, Index(contents.Length), cancellationToken).ConfigureAwait(false);
            _parts = contents.Length;
        }

        for (var part = 0; part < had; part++) await SaveAsync(Part(part), contents[part], cancellationToken).ConfigureAwait(false);
        _complete = true;
        _scaled.Clear();
    }

    /// <summary>Fetches what stands there, of targets that this copy has no state of.</summary>
    private async Task FindAsync(CancellationToken cancellationToken)
    {
        foreach (var (target, state) in await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_all.GetValueOrDefault(target) is not { } own || own == ScalingState.New) _all[target] = state;
        }

        _scaled.Clear();
    }

    private async Task<Dictionary<string, ScalingState>> ReadAsync(CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        string[] names = [.. Enumerable.Range(0, _parts).Select(Part), Scaled];
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

    /// <summary>Becomes the one that saves.</summary>
    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        _known.Clear();
        _turn = 0;
        _complete = false;
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var index = await _maps.ReadAsync(_name, cancellationToken).ConfigureAwait(false);
            var parts = (int)Math.Clamp(index?.Number(PartsKey, 1) ?? 1, 1, MostParts);

            // Should somebody have deleted it, turns go on all the same.
            var turn = ((index ?? await _maps.ReadAsync(Part(0), cancellationToken).ConfigureAwait(false))?.Number(TurnKey, 0) ?? 0) + 1;
            if (await _maps.WriteAsync(_name, index?.Metadata, Index(parts, turn), cancellationToken).ConfigureAwait(false) is not { } written) continue;
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
        var map = new ConfigMapDocument { Data = ConfigMapDocument.Numbers((TurnKey, _turn), (NumberKey, _number)), BinaryData = new(StringComparer.Ordinal) { [SavedPart.Key] = content } };
        await WriteAsync(name, map, cancellationToken).ConfigureAwait(false);
        _known[name] = (_known[name].Seen, digest);
    }

    private async Task WriteAsync(string name, ConfigMapDocument map, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            if (await _maps.WriteAsync(name, _known.GetValueOrDefault(name).Seen, map, cancellationToken).ConfigureAwait(false) is { } written)
            {
                _known[name] = (written, null);
                return;
            }

            var found = await _maps.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (found?.Number(TurnKey, 0) > _turn) throw new ApiException($"another copy saves to the ConfigMap '{_maps.Namespace}/{_name}' now, so that this one does no longer", null);
            _known[name] = (found?.Metadata, null);
        }

        throw new ApiException($"the ConfigMap '{_maps.Namespace}/{name}' changes all the time", null);
    }

    private ConfigMapDocument Index(int parts) => Index(parts, _turn);

    private static ConfigMapDocument Index(int parts, long turn) => new() { Data = ConfigMapDocument.Numbers((TurnKey, turn), (PartsKey, parts)) };

    private string Scaled => _name + "-scaled";

    private string Part(int part) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{part}");
}
