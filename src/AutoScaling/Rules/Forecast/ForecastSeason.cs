using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Forecast;

/// <summary>
/// The load of a season, slot by slot: half-precision numbers in chunks of 60, of which a change copies one. Loads are not negative, so the
/// sign says that a slot was seen in one season only.
/// </summary>
/// <param name="chunks">All chunks of the memory.</param>
/// <param name="first">The season's first chunk.</param>
/// <param name="slots">How many slots it has.</param>
internal readonly struct ForecastSeason(ImmutableArray<byte>[] chunks, int first, int slots)
{
    public const int SlotsInChunk = 60;

    /// <summary>How many chunks the slots of a season take.</summary>
    public static int ChunksOf(int slots) => (slots + SlotsInChunk - 1) / SlotsInChunk;

    /// <summary>The load of a slot; NaN if it was never seen.</summary>
    public double this[long slot] => Math.Abs(Read((int)(slot % slots)));

    /// <summary>Whether a slot was seen in one season only.</summary>
    public bool IsOnce(long slot) => double.IsNegative(Read((int)(slot % slots))) && !double.IsNaN(Read((int)(slot % slots)));

    public void Write(long slot, double load, bool once)
    {
        var (chunk, place) = Math.DivRem((int)(slot % slots), SlotsInChunk);
        var bytes = new byte[SlotsInChunk * 2];
        var old = chunks[first + chunk];
        if (old.IsDefaultOrEmpty) MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()).Fill(Half.NaN);
        else old.CopyTo(bytes);
        BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(place * 2), (Half)(once ? -load : load));
        chunks[first + chunk] = ImmutableCollectionsMarshal.AsImmutableArray(bytes);
    }

    private double Read(int slot)
    {
        var (chunk, place) = Math.DivRem(slot, SlotsInChunk);
        var bytes = chunks[first + chunk];
        return bytes.IsDefaultOrEmpty ? double.NaN : (double)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan()[(place * 2)..]);
    }
}
