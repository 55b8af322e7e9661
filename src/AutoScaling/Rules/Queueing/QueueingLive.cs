using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Queueing;

/// <summary>What a <see cref="QueueingRule"/> remembers: what a request costs, and by how much the model is off.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct QueueingLive
{
    /// <summary>What the memory was made for: a rule with other metrics begins anew.</summary>
    public int Form;

    /// <summary>The last evaluation, in ticks of UTC.</summary>
    public long At;

    /// <summary>When the last utilization was measured that was learned from.</summary>
    public long Measured;

    /// <summary>Seconds of busy places, and the requests that came meanwhile; what is an hour old counts for a third.</summary>
    public double Busy;
    public double Arrived;

    /// <summary>How many readings these stand for, up to <see cref="Enough"/>.</summary>
    public byte Samples;

    /// <summary>For how many evaluations the ready replicas have been the same.</summary>
    public byte Steady;
    public int LastReady;

    /// <summary>The natural logarithm of the factor by which the model's count is corrected.</summary>
    public double Correction;

    /// <summary>From so many readings on the service time counts as known.</summary>
    public const byte Enough = 4;

    private const double Most = 1e100;

    public readonly bool IsKnown => Samples >= Enough && Arrived > 0 && ServiceTime is > 0 and < Most;

    public readonly double ServiceTime => Busy / Arrived;

    public static QueueingLive Of(int form, RuleMemory? memory)
    {
        if (memory?.Chunks is [{ } chunk] && chunk.Length == Unsafe.SizeOf<QueueingLive>())
        {
            var live = MemoryMarshal.Read<QueueingLive>(chunk.AsSpan());
            if (live.Form == form && live is { Busy: >= 0 and < Most, Arrived: >= 0 and < Most, Correction: >= -1 and <= 1 }) return live;
        }

        return new() { Form = form };
    }

    public readonly RuleMemory ToMemory()
    {
        var bytes = new byte[Unsafe.SizeOf<QueueingLive>()];
        MemoryMarshal.Write(bytes, this);
        return new(ImmutableArray.Create(ImmutableCollectionsMarshal.AsImmutableArray(bytes)));
    }
}
