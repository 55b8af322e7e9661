using System.Collections.Immutable;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>A thing that the API server keeps by namespace and name.</summary>
internal interface INamed
{
    string Namespace { get; }

    string Name { get; }

    /// <summary>Is another one whenever anything of the thing has changed; <see langword="null"/> if it is not known.</summary>
    string? ResourceVersion { get; }
}

/// <summary>Things of a kind by their names, as a list says and what has changed since. Thread-safe.</summary>
/// <typeparam name="T">What is kept of each.</typeparam>
internal class Table<T>
    where T : class, INamed
{
    private readonly Dictionary<(string Namespace, string Name), T> _things = [];

    /// <summary>Is held while things are put in, taken out and looked for.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Up to where it tells what has happened.</summary>
    public string ResourceVersion { get; private set; } = "";

    public int Count
    {
        get
        {
            lock (Gate) return _things.Count;
        }
    }

    /// <summary>Takes in a list.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="last">
    /// The table before. Things that have not changed since then are taken from it, because the records of ten evaluations then hold each
    /// of them once and not ten times.
    /// </param>
    public void Fill(Listing<T> listing, Table<T>? last)
    {
        // The database was restored from a backup. The API server then gives versions a second time, so a thing of the same version may
        // have changed.
        if (last is not null && Primitives.ResourceVersion.IsOlder(listing.ResourceVersion, last.ResourceVersion)) last = null;
        foreach (var thing in listing.Items)
        {
            var known = last?.Find(thing.Namespace, thing.Name);
            var isKnown = known?.ResourceVersion is { } version && string.Equals(version, thing.ResourceVersion, StringComparison.Ordinal);
            Put(isKnown ? known! : thing);
        }

        Reach(listing.ResourceVersion);
    }

    public T? Find(string space, string name)
    {
        lock (Gate) return _things.GetValueOrDefault((space, name));
    }

    /// <summary>All of them, in no order.</summary>
    public ImmutableArray<T> All()
    {
        lock (Gate) return [.. _things.Values];
    }

    /// <summary>Takes in a thing that is new or has changed.</summary>
    public void Put(T thing)
    {
        lock (Gate)
        {
            if (_things.Remove((thing.Namespace, thing.Name), out var before)) OnTaken(before);
            _things[(thing.Namespace, thing.Name)] = thing;
            OnPut(thing);
        }
    }

    /// <summary>Takes out a thing that was deleted.</summary>
    public void Take(string space, string name)
    {
        lock (Gate)
        {
            if (_things.Remove((space, name), out var before)) OnTaken(before);
        }
    }

    /// <summary>Notes up to where it tells what has happened.</summary>
    public void Reach(string version)
    {
        lock (Gate) ResourceVersion = version;
    }

    /// <summary>Keeps what else things are found by.</summary>
    protected virtual void OnPut(T thing)
    {
    }

    /// <summary>Forgets what else a thing was found by.</summary>
    protected virtual void OnTaken(T thing)
    {
    }
}
