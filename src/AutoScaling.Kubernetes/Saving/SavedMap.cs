using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>One ConfigMap of a store as it was read. If there is none, it is as if it were empty and older than all others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Map">What was read; <see langword="null"/> if there is none.</param>
internal sealed record SavedMap(string Name, ConfigMapDocument? Map)
{
    private const string TurnKey = "turn";
    private const string NumberKey = "number";
    private const string PartsKey = "parts";

    /// <summary>The most parts that there may be.</summary>
    public const int MostParts = 1024;

    /// <summary>Whose turn it was to save when it was written.</summary>
    public long Turn => Map?.Number(TurnKey, 0) ?? 0;

    /// <summary>How many saves there were before that one.</summary>
    public long Number => Map?.Number(NumberKey, 0) ?? 0;

    /// <summary>How many parts there were then.</summary>
    public int Parts => (int)Math.Clamp(Map?.Number(PartsKey, 1) ?? 1, 1, MostParts);

    public KeptMetadata? Metadata => Map?.Metadata;

    /// <summary>The states; empty if it has none.</summary>
    public byte[] Content => Map?.BinaryData?.GetValueOrDefault(SavedPart.Key) ?? [];

    /// <summary>Whether it was saved after another one.</summary>
    public bool IsNewerThan(SavedMap other) => (Turn, Number).CompareTo((other.Turn, other.Number)) > 0;

    /// <summary>The index, as it is to be written.</summary>
    public static ConfigMapDocument Index(long turn, int parts) =>
        new() { Data = ConfigMapDocument.Numbers((TurnKey, turn), (PartsKey, parts)) };

    /// <summary>A ConfigMap with states, as it is to be written.</summary>
    public static ConfigMapDocument Of(long turn, long number, int parts, byte[] content) => new()
    {
        Data = ConfigMapDocument.Numbers((TurnKey, turn), (NumberKey, number), (PartsKey, parts)),
        BinaryData = new(StringComparer.Ordinal) { [SavedPart.Key] = content },
    };
}
