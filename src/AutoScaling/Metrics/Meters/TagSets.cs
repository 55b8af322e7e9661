using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>Remembers something for each instrument and tag set, whatever the order of the tags. Not thread-safe.</summary>
/// <typeparam name="TCell">What is remembered.</typeparam>
internal sealed class TagSets<TCell>
    where TCell : class, new()
{
    /// <summary>Tag sets beyond this are not remembered: tags without a bound would fill the memory.</summary>
    public const int Most = 1000;

    private readonly Dictionary<TagSet, TCell> _cells = new(TagSetComparer.Instance);
    private readonly Dictionary<TagSet, TCell>.AlternateLookup<TagSpan> _lookup;

    public TagSets() => _lookup = _cells.GetAlternateLookup<TagSpan>();

    /// <summary>Whether a tag set was turned away because there were too many.</summary>
    public bool IsOverfull { get; private set; }

    public Dictionary<TagSet, TCell>.ValueCollection Cells => _cells.Values;

    /// <summary>The cell of a tag set; <see langword="null"/> if there are too many of them.</summary>
    public TCell? GetOrAdd(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool isNew)
    {
        var key = new TagSpan(instrument, tags);
        isNew = !_lookup.TryGetValue(key, out var cell);
        if (!isNew) return cell;
        if (_cells.Count == Most)
        {
            IsOverfull = true;
            return null;
        }

        return _lookup[key] = new();
    }

    public void Remove(Func<Instrument, TCell, bool> which)
    {
        foreach (var (key, cell) in _cells)
        {
            if (which(key.Instrument, cell)) _cells.Remove(key);
        }

        // Now there is room for tag sets that were turned away.
        if (_cells.Count < Most) IsOverfull = false;
    }
}

internal sealed record TagSet(Instrument Instrument, KeyValuePair<string, object?>[] Tags);

internal readonly ref struct TagSpan(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
{
    public Instrument Instrument { get; } = instrument;

    public ReadOnlySpan<KeyValuePair<string, object?>> Tags { get; } = tags;
}

internal sealed class TagSetComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<TagSpan, TagSet>
{
    public static readonly TagSetComparer Instance = new();

    public TagSet Create(TagSpan alternate) => new(alternate.Instrument, alternate.Tags.ToArray());

    public bool Equals(TagSet? x, TagSet? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && Equals(new TagSpan(x.Instrument, x.Tags), y));

    public int GetHashCode(TagSet obj) => GetHashCode(new TagSpan(obj.Instrument, obj.Tags));

    public bool Equals(TagSpan alternate, TagSet other)
    {
        if (!ReferenceEquals(alternate.Instrument, other.Instrument) || alternate.Tags.Length != other.Tags.Length) return false;
        for (var i = 0; i < alternate.Tags.Length; i++)
        {
            if (!Same(alternate.Tags[i], other.Tags[i]) && !Array.Exists(other.Tags, Among(alternate.Tags[i]))) return false;
        }

        return true;
    }

    public int GetHashCode(TagSpan alternate)
    {
        var hash = alternate.Tags.Length;

        // A sum, because the order of the tags must not matter.
        foreach (var tag in alternate.Tags) hash += HashCode.Combine(tag.Key, tag.Value);
        return hash;
    }

    private static Predicate<KeyValuePair<string, object?>> Among(KeyValuePair<string, object?> tag) => other => Same(tag, other);

    private static bool Same(in KeyValuePair<string, object?> x, in KeyValuePair<string, object?> y) =>
        string.Equals(x.Key, y.Key, StringComparison.Ordinal) && Equals(x.Value, y.Value);
}
