using System.Globalization;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>
/// The ConfigMaps of one store, as one copy reads and writes them: an index that says how many parts there are and whose turn it is to
/// save, the parts, and one more for the targets whose states were saved since the parts were written.
/// </summary>
/// <remarks>
/// <para>
/// A copy that loads takes the next turn, a number that only grows and is in each ConfigMap. Every write replaces what the copy saw there
/// last. If another copy has written meanwhile, its turn says what to do. If it is later, this copy has been replaced, and saves no longer.
/// If it is earlier, that copy has been replaced, and this one writes over what it wrote.
/// </para>
/// <para>
/// The other ConfigMaps say how many parts there are, too: if somebody deletes the index, no part is forgotten.
/// </para>
/// </remarks>
internal sealed class SavedMaps(ObjectClient<ConfigMapDocument, WrittenObject> client, string name)
{
    private const int MostTries = 5;

    // What this copy saw of each ConfigMap last, and a digest of what it holds; no digest if it is to be written in any case.
    private readonly Dictionary<string, (KeptMetadata? Seen, string? Digest)> _known = new(StringComparer.Ordinal);
    private long _turn;
    private long _number;

    /// <summary>How many parts there are.</summary>
    public int Parts { get; private set; } = 1;

    public string Namespace => client.Namespace;

    private string Recent => name + "-scaled";

    /// <summary>Takes the next turn, so that from then on this copy saves, and no other; and reads what was saved.</summary>
    /// <returns>The parts, and what was saved since they were written.</returns>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public async Task<(IReadOnlyList<SavedMap> Parts, SavedMap Recent)> TakeAsync(CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        var maps = await ReadAsync([.. Enumerable.Range(0, Parts).Select(Part), Recent], cancellationToken).ConfigureAwait(false);
        foreach (var map in maps) _known[map.Name] = (map.Metadata, map.Map is null ? null : Digest(map.Content, map.Parts));
        _number = maps.Max(m => m.Number);
        return (maps[..^1], maps[^1]);
    }

    /// <summary>Counts one more save: what is written from now on is newer than everything that was written before.</summary>
    public void BeginSave() => _number++;

    /// <summary>Writes a part, unless it holds just this.</summary>
    public Task SavePartAsync(int part, byte[] content, CancellationToken cancellationToken) =>
        SaveAsync(Part(part), content, Parts, cancellationToken);

    /// <summary>Writes what was saved since the parts were written, unless the ConfigMap holds just this.</summary>
    public Task SaveRecentAsync(byte[] content, CancellationToken cancellationToken) =>
        SaveAsync(Recent, content, Parts, cancellationToken);

    /// <summary>Lets a part be written the next time even if it holds the same: something newer counts in place of what it holds.</summary>
    public void Outdate(int part) => Outdate(Part(part));

    /// <summary>Lets what was saved since be written the next time even if it is the same: the parts are newer now.</summary>
    public void OutdateRecent() => Outdate(Recent);

    /// <summary>Writes the parts that there are not yet, and then lets them count.</summary>
    public async Task GrowAsync(byte[][] contents, CancellationToken cancellationToken)
    {
        // New parts are read first. A right to create ConfigMaps is one to any name, but a right to read them may not be: without it, a
        // copy could write parts that no copy could load.
        for (var part = Parts; part < contents.Length; part++) await SeeAsync(Part(part), cancellationToken).ConfigureAwait(false);
        for (var part = Parts; part < contents.Length; part++)
            await SaveAsync(Part(part), contents[part], contents.Length, cancellationToken).ConfigureAwait(false);
        await WriteAsync(name, SavedMap.Index(_turn, contents.Length), cancellationToken).ConfigureAwait(false);
        Parts = contents.Length;
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        _known.Clear();
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var index = new SavedMap(name, await client.ReadAsync(name, cancellationToken).ConfigureAwait(false));
            var (last, parts) = index.Map is null
                ? await FindTurnAsync(cancellationToken).ConfigureAwait(false)
                : (index.Turn, index.Parts);
            var next = SavedMap.Index(last + 1, parts);
            if (await client.WriteAsync(name, index.Metadata, next, cancellationToken).ConfigureAwait(false) is not { } written) continue;
            _known[name] = (written.Metadata, null);
            (_turn, Parts) = (last + 1, parts);
            return;
        }

        throw ChangesAllTheTime(name);
    }

    /// <summary>What the index would say, if somebody has deleted it: the other ConfigMaps know it, too.</summary>
    private async Task<(long Turn, int Parts)> FindTurnAsync(CancellationToken cancellationToken)
    {
        var maps = await ReadAsync([Part(0), Recent], cancellationToken).ConfigureAwait(false);
        var parts = maps.Max(m => m.Parts);
        var others = await ReadAsync([.. Enumerable.Range(1, parts - 1).Select(Part)], cancellationToken).ConfigureAwait(false);
        return (maps.Concat(others).Max(m => m.Turn), parts);
    }

    private Task<SavedMap[]> ReadAsync(IEnumerable<string> names, CancellationToken cancellationToken) => Task.WhenAll(
        names.Select(async name => new SavedMap(name, await client.ReadAsync(name, cancellationToken).ConfigureAwait(false))));

    private async Task SaveAsync(string map, byte[] content, int parts, CancellationToken cancellationToken)
    {
        var digest = Digest(content, parts);
        if (string.Equals(_known.GetValueOrDefault(map).Digest, digest, StringComparison.Ordinal)) return;
        await WriteAsync(map, SavedMap.Of(_turn, _number, parts, content), cancellationToken).ConfigureAwait(false);
        _known[map] = (_known[map].Seen, digest);
    }

    private async Task WriteAsync(string map, ConfigMapDocument document, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            // Until the answer is there, nobody knows what the ConfigMap holds.
            Outdate(map);
            if (await client.WriteAsync(map, _known[map].Seen, document, cancellationToken).ConfigureAwait(false) is { } written)
            {
                _known[map] = (written.Metadata, null);
                return;
            }

            await SeeAsync(map, cancellationToken).ConfigureAwait(false);
        }

        throw ChangesAllTheTime(map);
    }

    /// <summary>Looks at a ConfigMap that is to be written over.</summary>
    /// <exception cref="ApiException">Another copy saves now, or it cannot be read.</exception>
    private async Task SeeAsync(string map, CancellationToken cancellationToken)
    {
        var found = new SavedMap(map, await client.ReadAsync(map, cancellationToken).ConfigureAwait(false));
        if (found.Turn > _turn)
            throw new ApiException($"another copy saves to the ConfigMap '{Namespace}/{name}' now, so that this one does no longer", null);
        _known[map] = (found.Metadata, null);
    }

    private void Outdate(string map) => _known[map] = (_known.GetValueOrDefault(map).Seen, null);

    private ApiException ChangesAllTheTime(string map) => new($"the ConfigMap '{Namespace}/{map}' changes all the time", null);

    // With the number of parts, which is in each ConfigMap and must be right there.
    private static string Digest(byte[] content, int parts) =>
        string.Create(CultureInfo.InvariantCulture, $"{parts}:{SavedPart.Digest(content)}");

    private string Part(int part) => string.Create(CultureInfo.InvariantCulture, $"{name}-{part}");
}
