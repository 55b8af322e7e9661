using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules;

/// <summary>Since when a metric is low, as a rule's memory: ticks of UTC.</summary>
internal static class LowSince
{
    /// <summary>The time that is remembered; now, if there is none, or if it lies in the future because the clock was set back.</summary>
    public static DateTimeOffset Read(RuleMemory? memory, DateTimeOffset now)
    {
        if (memory?.Chunks is not [{ Length: sizeof(long) } chunk]) return now;
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan());
        return ticks < 0 || ticks > now.UtcTicks ? now : new(ticks, TimeSpan.Zero);
    }

    public static RuleMemory Write(DateTimeOffset since)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, since.UtcTicks);
        return new(ImmutableArray.Create(ImmutableCollectionsMarshal.AsImmutableArray(bytes)));
    }
}
