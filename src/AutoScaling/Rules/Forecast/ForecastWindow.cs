using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Forecast;

/// <summary>
/// The largest count of the last minutes: counts that may still be the largest, newest last, each smaller than the one before (the
/// monotonic stack of sliding-window maxima). Times are whole seconds of the clock, modulo 65,536.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ForecastWindow
{
    private const int Capacity = 18;

    private byte _count;
    private Entries _entries;

    /// <summary>Adds a count, and returns the largest that is younger than the window, this one included.</summary>
    /// <param name="second">The time in whole seconds.</param>
    /// <param name="value">The count.</param>
    /// <param name="window">The window in seconds.</param>
    public int Add(long second, int value, int window)
    {
        var at = (ushort)second;
        var kept = (ushort)Math.Clamp(value, 0, ushort.MaxValue);
        while (_count > 0 && _entries[_count - 1].Value <= kept) _count--;

        // Nobody scales that often within a window. Should it be: the two oldest become one that counts for longer.
        if (_count == Capacity)
        {
            _entries[1].Value = _entries[0].Value;
            Shift(1);
        }

        _entries[_count++] = new() { At = at, Value = kept };
        var old = 0;
        while (old < _count - 1 && (ushort)(at - _entries[old].At) >= window) old++;
        Shift(old);
        return _entries[0].Value;
    }

    public void Clear() => _count = 0;

    private void Shift(int by)
    {
        if (by == 0) return;
        for (var i = by; i < _count; i++) _entries[i - by] = _entries[i];
        for (var i = _count - by; i < _count; i++) _entries[i] = default;
        _count -= (byte)by;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Entry
    {
        public ushort At;
        public ushort Value;
    }

    [InlineArray(Capacity)]
    private struct Entries
    {
        private Entry _first;
    }
}
