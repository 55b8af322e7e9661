namespace AutoScaling.Evaluating;

/// <summary>
/// Statuses of replicas that were read lately. Most targets have few replicas, all of them ready, so that targets and records share one
/// object for the same counts. Thread-safe: at worst two threads keep an object of their own.
/// </summary>
internal sealed class SharedReplicas
{
    private const int Places = 1024;

    private readonly ReplicaStatus?[] _known = new ReplicaStatus?[Places];

    /// <summary>A status that equals the one that was read.</summary>
    public ReplicaStatus Of(ReplicaStatus read)
    {
        if (!read.Members.IsEmpty) return read;
        ref var place = ref _known[(uint)read.GetHashCode() % Places];
        if (place is { } known && known.Equals(read)) return known;
        place = read;
        return read;
    }
}
