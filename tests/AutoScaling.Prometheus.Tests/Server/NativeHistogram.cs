namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>
/// A native histogram as a client exposes it, in the delimited protocol buffers of io.prometheus.client, which are all that carries one.
/// All observations are between 0.5 and 1.
/// </summary>
internal static class NativeHistogram
{
    public const string ContentType = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    /// <summary>A family with one histogram.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="count">How many observations there were.</param>
    public static byte[] Expose(string name, ulong count)
    {
        // Schema 0 has one bucket for each power of 2; bucket 0 is that from 0.5 to 1.
        var span = new Message().SInt(1, 0).Varint(2, 1);
        var histogram = new Message().Varint(1, count).Double(2, count * 0.75).SInt(5, 0).Double(6, 1e-128).Varint(7, 0)
            .Bytes(12, span).SInt(13, (long)count);
        var metric = new Message().Bytes(7, histogram);
        var family = new Message().Text(1, name).Varint(3, 4).Bytes(4, metric).ToArray();
        return [.. Message.Encode((ulong)family.Length), .. family];
    }

    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public byte[] ToArray() => [.. _bytes];

        public Message Varint(int field, ulong value) => Add(field, 0, Encode(value));

        public Message SInt(int field, long value) => Varint(field, (ulong)((value << 1) ^ (value >> 63)));

        public Message Double(int field, double value) => Add(field, 1, BitConverter.GetBytes(value));

        public Message Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

        public Message Bytes(int field, Message inner) => Bytes(field, inner.ToArray());

        public static byte[] Encode(ulong value)
        {
            var bytes = new List<byte>();
            for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
            return [.. bytes];
        }

        private Message Bytes(int field, byte[] bytes) => Add(field, 2, [.. Encode((ulong)bytes.Length), .. bytes]);

        private Message Add(int field, int type, byte[] bytes)
        {
            _bytes.AddRange([.. Encode((ulong)((field << 3) | type)), .. bytes]);
            return this;
        }
    }
}
