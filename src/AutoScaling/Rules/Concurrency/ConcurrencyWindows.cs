using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AutoScaling.Primitives;

namespace AutoScaling.Rules.Concurrency;

/// <summary>What a <see cref="ConcurrencyRule"/> remembers: its readings in sixty parts of the stable window, and its panic.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ConcurrencyWindows
{
    private const int Parts = 60;
    private const int Version = 1;

    // What the memory was made for: with another metric or another window it begins anew.
    private int _form;
    private long _width;

    // The last reading's time, and that of the last evaluation, in ticks of UTC.
    private long _measured;
    private long _at;

    // When the last seconds last needed too much; 0: no panic.
    private long _panic;
    private int _panicParts;
    private Sums _sums;
    private Counts _counts;

    public static ConcurrencyWindows Of(ConcurrencyRule rule, in RuleContext context)
    {
        var hash = StableHash.Of(rule.Metric.ToString());
        var form = (int)(hash ^ (hash >> 32)) ^ (Version << 8) ^ (BitConverter.IsLittleEndian ? 0 : 1 << 16);
        var width = rule.StableWindow.Ticks / Parts;
        ConcurrencyWindows windows = default;
        if (context.Memory?.Chunks is [{ } chunk] && chunk.Length == Unsafe.SizeOf<ConcurrencyWindows>())
            windows = MemoryMarshal.Read<ConcurrencyWindows>(chunk.AsSpan());
        if (windows._form != form || windows._width != width) windows = new() { _form = form, _width = width };
        windows._panicParts = Math.Clamp((int)Math.Ceiling(rule.PanicWindow / 100 * Parts), 1, Parts);
        return windows;
    }

    /// <summary>Takes in a reading, once.</summary>
    public void Add(MetricReading reading, in RuleContext context)
    {
        var (now, at) = (context.Now.UtcTicks, reading.At.UtcTicks);
        var isNew = _at == 0 || now < _at || Math.Abs(at - _measured) > _width * (Parts - 1);
        _at = now;
        if (isNew) Begin(context.Current, now);
        else if (at == _measured) return;

        // What lies between the last reading and this one is empty. A source of several copies may answer with a slightly older reading.
        var (part, before) = (at / _width, isNew ? (at / _width) - 1 : _measured / _width);
        for (var skipped = Math.Max(before, part - Parts) + 1; skipped <= part; skipped++)
            (_sums[(int)(skipped % Parts)], _counts[(int)(skipped % Parts)]) = (0, 0);
        var i = (int)(part % Parts);
        _sums[i] += reading.Value;
        if (_counts[i] < ushort.MaxValue) _counts[i]++;
        _measured = isNew ? at : Math.Max(_measured, at);
    }

    /// <summary>The averages of the stable window and of the panic window, both up to the last reading.</summary>
    public readonly (double Stable, double Last) Averages()
    {
        var last = _measured / _width;
        double sum = 0, panic = 0;
        int count = 0, panicCount = 0;
        for (var back = 0; back < Parts; back++)
        {
            var i = (int)((last - back + Parts) % Parts);
            (sum, count) = (sum + _sums[i], count + _counts[i]);
            if (back < _panicParts) (panic, panicCount) = (panic + _sums[i], panicCount + _counts[i]);
        }

        return (sum / count, panic / panicCount);
    }

    /// <summary>Begins, goes on with, or ends a panic.</summary>
    /// <returns>
    /// When it ends, if the last seconds need no more than a part of it until then; <see langword="null"/>: there is none.
    /// </returns>
    public DateTimeOffset? Panic(in RuleContext context, bool isOver)
    {
        var now = context.Now.UtcTicks;
        var window = _width * Parts;
        if (isOver) _panic = now;
        else if (_panic != 0 && now - _panic >= window) _panic = 0;
        return _panic == 0 ? null : new DateTimeOffset(Math.Min(_panic + window, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }

    public readonly RuleMemory ToMemory()
    {
        var bytes = new byte[Unsafe.SizeOf<ConcurrencyWindows>()];
        MemoryMarshal.Write(bytes, this);
        return new(ImmutableArray.Create(ImmutableCollectionsMarshal.AsImmutableArray(bytes)));
    }

    // One reading is no window: with more than one replica it begins in panic.
    private void Begin(int current, long now)
    {
        (_sums, _counts) = (default, default);
        _panic = current > 1 ? now : 0;
    }

    [InlineArray(Parts)]
    private struct Sums
    {
        private double _first;
    }

    [InlineArray(Parts)]
    private struct Counts
    {
        private ushort _first;
    }
}
