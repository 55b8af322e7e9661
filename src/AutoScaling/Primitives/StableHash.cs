using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace AutoScaling.Primitives;

/// <summary>Hashes that are the same in every process and on every machine.</summary>
/// <remarks>SipHash-1-3: one round per word, three at the end. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012),
/// public domain.</remarks>
internal static class StableHash
{
    private const int ShortText = 256;

    /// <summary>The hash of a text: of its UTF-8 bytes and one byte 0xFF, so that no text is the beginning of another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key0">The first half of the key.</param>
    /// <param name="key1">The second half of the key.</param>
    public static ulong Of(ReadOnlySpan<char> text, ulong key0 = 0, ulong key1 = 0)
    {
        var length = Encoding.UTF8.GetByteCount(text) + 1;
        Span<byte> bytes = length <= ShortText ? stackalloc byte[ShortText] : new byte[length];
        bytes = bytes[..length];
        Encoding.UTF8.GetBytes(text, bytes);
        bytes[^1] = 0xFF;
        return Of((ReadOnlySpan<byte>)bytes, key0, key1);
    }

    /// <summary>The hash of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="key0">The first half of the key.</param>
    /// <param name="key1">The second half of the key.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong key0 = 0, ulong key1 = 0)
    {
        var v0 = key0 ^ 0x736f6d6570736575;
        var v1 = key1 ^ 0x646f72616e646f6d;
        var v2 = key0 ^ 0x6c7967656e657261;
        var v3 = key1 ^ 0x7465646279746573;
        var last = (ulong)bytes.Length << 56;

        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(bytes), ref v0, ref v1, ref v2, ref v3);
        }

        for (var i = 0; i < bytes.Length; i++) last |= (ulong)bytes[i] << (8 * i);
        Absorb(last, ref v0, ref v1, ref v2, ref v3);

        v2 ^= 0xFF;
        for (var i = 0; i < 3; i++) Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>A hash as a number from 0 (inclusive) to 1 (exclusive).</summary>
    /// <param name="hash">The hash.</param>
    public static double ToUnit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
