namespace AutoScaling.Deciding;

/// <summary>
/// A <see cref="Timeline"/> in few bytes, as a host keeps those of a million targets: how many entries there are, then each with the time
/// since the one before it, its value and its cause. Most entries take six bytes.
/// </summary>
/// <remarks>It is written from its end to its start, newest first, so that it is read from the oldest on, as a list is made.</remarks>
internal static class PackedTimeline
{
    private const int CauseBits = 2;
    private const int NumberBits = 7;
    private const int NumberBytes = (64 + NumberBits - 1) / NumberBits;
    private const int ValueBytes = (32 + CauseBits + NumberBits - 1) / NumberBits;

    /// <summary>The most bytes that a list takes.</summary>
    public static int Most(Timeline? list) => NumberBytes + ((NumberBytes + ValueBytes) * (list?.Length ?? 0));

    /// <summary>Writes a list before what is written already.</summary>
    /// <param name="bytes">Where to write.</param>
    /// <param name="start">Where what is written starts; afterwards, where the list does.</param>
    /// <param name="list">The list.</param>
    /// <param name="near">A time, best one near the oldest entry.</param>
    public static void Write(Span<byte> bytes, ref int start, Timeline? list, long near)
    {
        for (var node = list; node is not null; node = node.Older)
        {
            Write(bytes, ref start, (Unsigned(node.Value) << CauseBits) | (uint)node.Cause);
            Write(bytes, ref start, Unsigned(node.At - (node.Older?.At ?? near)));
        }

        Write(bytes, ref start, (uint)(list?.Length ?? 0));
    }

    /// <summary>Reads a list.</summary>
    /// <param name="bytes">What starts with the list; afterwards, what follows it.</param>
    /// <param name="near">The time with which it was written.</param>
    public static Timeline? Read(ref ReadOnlySpan<byte> bytes, long near)
    {
        Timeline? list = null;
        for (var left = Read(ref bytes); left > 0; left--)
        {
            near += Signed(Read(ref bytes));
            var value = Read(ref bytes);
            list = Timeline.Add(list, near, (int)Signed(value >> CauseBits), (ScaleCause)(value & ((1 << CauseBits) - 1)));
        }

        return list;
    }

    // Numbers near 0 are short, those below it too: 0, -1, 1, -2 become 0, 1, 2, 3.
    private static ulong Unsigned(long number) => (ulong)((number << 1) ^ (number >> 63));

    private static long Signed(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);

    private static void Write(Span<byte> bytes, ref int start, ulong number)
    {
        var rest = 1; // of how many bytes the number is
        while (rest < NumberBytes && number >> (NumberBits * rest) != 0) rest++;
        for (var goesOn = 0; rest-- > 0; goesOn = 1 << NumberBits)
            bytes[--start] = (byte)(((int)(number >> (NumberBits * rest)) & ((1 << NumberBits) - 1)) | goesOn);
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        var (number, read) = (0UL, 0);
        byte next;
        do
        {
            next = bytes[read];
            number |= (next & ((1UL << NumberBits) - 1)) << (NumberBits * read++);
        }
        while (next >= 1 << NumberBits);
        bytes = bytes[read..];
        return number;
    }
}
