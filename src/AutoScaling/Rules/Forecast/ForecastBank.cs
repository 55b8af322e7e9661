using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoScaling.Rules.Forecast;

/// <summary>
/// The forecasters, each with its headrooms, and what each pair would have cost: the second chunk of the memory, which changes once a
/// minute.
/// </summary>
/// <remarks>
/// The principle is that of Google's Autopilot ("Autopilot: workload autoscaling at Google", EuroSys 2020): of many small models the one
/// that would have cost least in hindsight, by exponentially decayed costs. What is forecast is the mean of the models, in which the best
/// count most: the exponentially weighted average of Cesa-Bianchi and Lugosi, "Prediction, Learning, and Games", 2006, chapter 2. It costs
/// less than the best model alone, which changes too late and too often.
/// </remarks>
internal readonly ref struct ForecastBank
{
    /// <summary>The shares of minutes in which each headroom was enough.</summary>
    public static ReadOnlySpan<float> Quantiles => [.5f, .6f, .7f, .8f, .87f, .92f, .95f, .975f, .99f, .997f];

    /// <summary>How many minutes a forecaster is scored before it counts.</summary>
    public const int Needed = 15;

    /// <summary>How many forecasters there are without seasons, and with them.</summary>
    public const int Plain = 3;
    public const int WithSeasons = 7;

    private const double HalfLife = 720; // minutes
    private const double Step = .05;
    private const double Margin = .98;

    // A pair that would have cost 1 % more than the best counts half; one of 7 % more, not at all.
    private const double Halving = .01;
    private const double Least = .07;

    private readonly Span<byte> _bytes;
    private readonly Span<float> _headrooms;
    private readonly Span<float> _losses;
    private readonly Span<float> _errors;
    private readonly Span<ushort> _counts;
    private readonly Span<Half> _inFlight;
    private readonly int _forecasters;
    private readonly int _ahead;

    private ForecastBank(Span<byte> bytes, int forecasters, int ahead)
    {
        _bytes = bytes;
        (_forecasters, _ahead) = (forecasters, ahead);
        var at = Unsafe.SizeOf<Levels>();
        _headrooms = Take<float>(bytes, ref at, forecasters * Quantiles.Length);
        _losses = Take<float>(bytes, ref at, forecasters * Quantiles.Length);
        _errors = Take<float>(bytes, ref at, forecasters);
        _counts = Take<ushort>(bytes, ref at, forecasters);
        _inFlight = Take<Half>(bytes, ref at, forecasters * (ahead + 1));
    }

    public static int Size(int forecasters, int ahead) =>
        Unsafe.SizeOf<Levels>()
            + (forecasters * ((Quantiles.Length * 2 * sizeof(float)) + sizeof(float) + sizeof(ushort) + (2 * (ahead + 1))));

    public static ForecastBank Of(Span<byte> bytes, int forecasters, int ahead) => new(bytes, forecasters, ahead);

    /// <summary>The same, for another distance: what is under way for the old one is dropped.</summary>
    public static byte[] Resize(ReadOnlySpan<byte> bytes, int forecasters, int ahead)
    {
        var other = new byte[Size(forecasters, ahead)];
        var kept = Size(forecasters, -1);
        if (bytes.Length >= kept) bytes[..kept].CopyTo(other);
        Of(other, forecasters, ahead)._inFlight.Fill(Half.NaN);
        return other;
    }

    public ref Levels Now => ref MemoryMarshal.AsRef<Levels>(_bytes);

    /// <summary>For how many minutes the forecaster that was scored most often is known.</summary>
    public int Scored => _counts[0];

    /// <summary>The noise that a load has: requests are counts, so it grows with the root.</summary>
    public double Scale(double load) => Math.Sqrt(Math.Max(load, (.1 * Now.Level) + .001));

    /// <summary>Forgets what was under way, and the short memory of levels: there was a gap.</summary>
    public void Interrupt()
    {
        _inFlight.Fill(Half.NaN);
        ref var now = ref Now;
        (now.Recent, now.RecentCount) = (default, 0);
        (now.Mean, now.DayDeviation, now.WeekDeviation) = (0, 0, 0);
    }

    /// <summary>Forgets what the pairs would have cost, as that is judged anew; their headrooms stay.</summary>
    public void JudgeAnew()
    {
        _losses.Clear();
        _counts.Clear();
        _inFlight.Fill(Half.NaN);
    }

    /// <summary>Drops what was forecast for a minute that nobody saw.</summary>
    public void Skip(long minute)
    {
        for (var k = 0; k < _forecasters; k++) InFlight(k, minute) = Half.NaN;
    }

    /// <summary>Scores every forecaster that spoke for a minute.</summary>
    public void Score(long minute, double load, double objective, double weight)
    {
        var (wanted, least) = (load / objective, ForecastCount.Of(load, objective));
        for (var k = 0; k < _forecasters; k++)
        {
            ref var flying = ref InFlight(k, minute);
            var forecast = (double)flying;
            flying = Half.NaN;
            if (double.IsNaN(forecast)) continue;
            var scale = Scale(forecast);
            var error = (load - forecast) / scale;
            ref var count = ref _counts[k];
            var gain = Math.Max(1.0 / (count + 1), 1 - Math.Pow(2, -1 / HalfLife));
            var step = Step * _errors[k] * (count < Needed ? 5 : 1);
            var headrooms = Headrooms(k);
            var losses = Losses(k);
            for (var j = 0; j < headrooms.Length; j++)
            {
                var replicas = Math.Max(1, ForecastCount.Of(Math.Max(0, forecast + (headrooms[j] * scale)), objective));
                var loss = replicas + (least > replicas ? weight * wanted : 0);
                losses[j] += (float)(gain * (loss - losses[j]));
                headrooms[j] += (float)(error > headrooms[j] ? step * Quantiles[j] : -step * (1 - Quantiles[j]));
            }

            for (var j = 1; j < headrooms.Length; j++) headrooms[j] = Math.Max(headrooms[j], headrooms[j - 1]);
            _errors[k] += (float)(Math.Max(1.0 / (count + 1), .01) * (Math.Abs(error) - _errors[k]));
            if (count < ushort.MaxValue) count++;
        }
    }

    /// <summary>Keeps what a forecaster says of a minute, until that minute is over; NaN if it says nothing.</summary>
    public void Say(int forecaster, long minute, double forecast) => InFlight(forecaster, minute) = (Half)forecast;

    /// <summary>
    /// Chooses the pair that would have cost least, of those that are known for long enough and speak now. The one in charge stays unless
    /// another is 2 % better.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    public bool Choose(ReadOnlySpan<bool> speaks, ref ForecastLive live)
    {
        var (least, best, bestHeadroom) = (double.PositiveInfinity, -1, 0);
        for (var k = 0; k < _forecasters; k++)
        {
            if (!IsReady(k, speaks)) continue;
            for (var j = 0; j < Quantiles.Length; j++)
            {
                var loss = _losses[(k * Quantiles.Length) + j];
                if (loss < least) (least, best, bestHeadroom) = (loss, k, j);
            }
        }

        if (best < 0) return false;
        var (current, headroom) = (live.Forecaster, live.Headroom);
        var stays = live.Forecast >= 0 && current < _forecasters && IsReady(current, speaks)
            && least > Margin * _losses[(current * Quantiles.Length) + headroom];
        if (!stays) (live.Forecaster, live.Headroom) = ((byte)best, (byte)bestHeadroom);
        return true;
    }

    /// <summary>
    /// What is to come at most, with headroom: the mean of all pairs that speak now, in which one counts half as much as another that would
    /// have cost 1 % less.
    /// </summary>
    /// <param name="paths">What each forecaster says of the next minutes, one after the other.</param>
    /// <param name="speaks">Which of them speak.</param>
    public double Mean(ReadOnlySpan<double> paths, ReadOnlySpan<bool> speaks)
    {
        var least = double.PositiveInfinity;
        for (var k = 0; k < _forecasters; k++)
        {
            if (!IsReady(k, speaks)) continue;
            foreach (var loss in Losses(k)) least = Math.Min(least, loss);
        }

        var (sum, weights, minutes) = (0.0, 0.0, paths.Length / _forecasters);
        for (var k = 0; k < _forecasters; k++)
        {
            if (!IsReady(k, speaks)) continue;
            var most = 0.0;
            foreach (var at in paths.Slice(k * minutes, minutes)) most = Math.Max(most, at);
            var losses = Losses(k);
            var headrooms = Headrooms(k);
            var scale = Scale(most);
            for (var j = 0; j < losses.Length; j++)
            {
                var worse = (losses[j] / least) - 1;
                if (worse > Least) continue;
                var weight = Math.Pow(2, -worse / Halving);
                sum += weight * Math.Max(0, most + (headrooms[j] * scale));
                weights += weight;
            }
        }

        return sum / weights;
    }

    private bool IsReady(int forecaster, ReadOnlySpan<bool> speaks) => speaks[forecaster] && _counts[forecaster] > Needed;

    private Span<float> Headrooms(int forecaster) => _headrooms.Slice(forecaster * Quantiles.Length, Quantiles.Length);

    private Span<float> Losses(int forecaster) => _losses.Slice(forecaster * Quantiles.Length, Quantiles.Length);

    private ref Half InFlight(int forecaster, long minute) => ref _inFlight[(forecaster * (_ahead + 1)) + (int)(minute % (_ahead + 1))];

    private static Span<T> Take<T>(Span<byte> bytes, scoped ref int at, int count)
        where T : unmanaged
    {
        var size = count * Unsafe.SizeOf<T>();
        var taken = MemoryMarshal.Cast<byte, T>(bytes.Slice(at, size));
        at += size;
        return taken;
    }

    /// <summary>Levels of the load, in replicas in full use.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Levels
    {
        /// <summary>The mean over about 1,000 minutes.</summary>
        public float Level;

        /// <summary>The mean over about 8 minutes.</summary>
        public float Mean;

        /// <summary>How far the load is from that of the season.</summary>
        public float DayDeviation;
        public float WeekDeviation;

        /// <summary>The last 5 minutes.</summary>
        public Ring Recent;
        public int RecentCount;

        /// <summary>The last minute that a season learned, and how many of its slot it has learned in one go.</summary>
        public int LearnedMinute;
        public int LearnedInSlot;
    }

    [InlineArray(5)]
    public struct Ring
    {
        private float _first;
    }
}
