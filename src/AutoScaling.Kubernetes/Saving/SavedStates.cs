using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>
/// Puts together what the ConfigMaps of a store hold. What cannot be read costs only the target whose state it is, or the targets of the
/// ConfigMap that it is.
/// </summary>
internal sealed class SavedStates(string space, ILogger log)
{
    private const string Nameless = "a target whose name is no text";

    /// <summary>The states by target.</summary>
    public Dictionary<string, ScalingState> All { get; } = new(StringComparer.Ordinal);

    /// <summary>The targets whose state counts that was saved since the parts were written, or would count if it could be read.</summary>
    public HashSet<string> Recent { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether what was saved since the parts were written is not known in full.</summary>
    public bool IsRecentBroken { get; private set; }

    /// <summary>Reads the parts, and in place of what they hold what was saved since.</summary>
    public static SavedStates Read(IReadOnlyList<SavedMap> parts, SavedMap recent, string space, ILogger log)
    {
        var states = new SavedStates(space, log);
        for (var part = 0; part < parts.Count; part++) states.AddPart(parts[part], part, parts.Count);
        states.AddRecent(recent, parts);
        return states;
    }

    private void AddPart(SavedMap map, int part, int count)
    {
        if (!SavedPart.TryRead(map.Content, out var entries, out var trouble)) Log.PartNotRead(log, space, map.Name, trouble);
        foreach (var entry in entries)
        {
            // Until a part that was split is written again, it also holds targets that have moved.
            if (entry.Target is null || SavedPart.Of(entry.Target, count) == part) Add(map, entry);
        }
    }

    private void AddRecent(SavedMap map, IReadOnlyList<SavedMap> parts)
    {
        if (!SavedPart.TryRead(map.Content, out var entries, out var trouble) && parts.Any(map.IsNewerThan))
        {
            IsRecentBroken = true;
            Log.RecentNotRead(log, space, map.Name, trouble);
        }

        foreach (var entry in entries)
        {
            if (entry.Target is { } target && !map.IsNewerThan(parts[SavedPart.Of(target, parts.Count)])) continue;

            // A state that cannot be read is the newer one all the same. With the older one, a target would forget that it was scaled.
            if (entry.Target is not null && Recent.Add(entry.Target)) All.Remove(entry.Target);
            IsRecentBroken |= entry.State is null;
            Add(map, entry);
        }
    }

    private void Add(SavedMap map, SavedEntry entry)
    {
        if (entry is { Target: { } target, State: { } state }) All[target] = state;
        else Log.StateNotRead(log, entry.Target ?? Nameless, space, map.Name, entry.Trouble ?? "");
    }
}
