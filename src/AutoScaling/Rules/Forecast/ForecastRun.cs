using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AutoScaling.Primitives;

namespace AutoScaling.Rules.Forecast;

/// <summary>One evaluation of a <see cref="ForecastRule"/>: a working copy of its memory, what is learned, and the answer.</summary>
internal sealed class ForecastRun
{
    private const int DaySlots = 1440, WeekSlots = 2016; // of 1 and of 5 minutes
    private const int LiveChunk = 0, BankChunk = 1, DayChunk = 2;
    private const int Version = 1;

    // Kubernetes' window for scale-downs, in seconds.
    private const int Window = 300;

    // Half a sample more or less is no reason to look a whole minute further.
    private const double Slack = 7.5;

    private static readonly int WeekChunk = DayChunk + ForecastSeason.ChunksOf(DaySlots);
    private static readonly int AllChunks = WeekChunk + ForecastSeason.ChunksOf(WeekSlots);
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Outdated = TimeSpan.FromDays(56);

    private readonly ForecastRule _rule;
    private readonly ImmutableArray<byte>[] _chunks;
    private readonly double _objective;
    private readonly int _forecasters;
    private ForecastLive _live;
    private byte[]? _bank;

    public ForecastRun(ForecastRule rule, RuleMemory? memory)
    {
        (_rule, _objective) = (rule, rule.ObjectiveShare);
        _forecasters = rule.Seasons ? ForecastBank.WithSeasons : ForecastBank.Plain;
        _chunks = new ImmutableArray<byte>[rule.Seasons ? AllChunks : DayChunk];
        var form = Form(rule);
        if (memory is { Chunks: { } chunks } && chunks.Length == _chunks.Length
            && chunks[LiveChunk].Length == Unsafe.SizeOf<ForecastLive>())
        {
            _live = MemoryMarshal.Read<ForecastLive>(chunks[LiveChunk].AsSpan());
            if (_live.Form == form && chunks[BankChunk].Length == ForecastBank.Size(_forecasters, _live.Ahead))
            {
                chunks.CopyTo(_chunks);
                return;
            }
        }

        Begin(form);
    }

    /// <summary>The load of the load metric that keeps one replica in full use, as a memory has learned it.</summary>
    public static double CapacityOf(RuleMemory memory) => MemoryMarshal.Read<ForecastLive>(memory.Chunks[LiveChunk].AsSpan()).Capacity;

    /// <summary>Learns from what was read, and answers.</summary>
    /// <param name="context">The observation.</param>
    /// <param name="tracked">What target tracking says.</param>
    /// <param name="read">What was read.</param>
    public Recommendation Evaluate(in RuleContext context, Recommendation tracked, ForecastLoad read)
    {
        var now = context.Now.UtcTicks;
        var since = TimeSpan.FromTicks(now - _live.At);
        if (_live.At == 0 || since > Outdated || since < -Outdated) Begin(_live.Form);
        else if (since < TimeSpan.Zero) return tracked; // the clock was set back: what it has shown before is known
        var isFirst = _live.At == 0;
        if (isFirst || since > Gap) Interrupt(context.Current);
        var seconds = isFirst || since > Gap ? 0 : Math.Min(60, since.TotalSeconds);
        _live.At = now;
        JudgeAnewIfAsked();

        LearnStarts(context, isFirst ? context.Now : context.Now - since);
        LearnCapacity(read);
        if (Load(read) is not { } load) return tracked with { Memory = Memory() };
        LearnMinutes(context.Now, read, load);

        var range = context.Range;
        var wanted = ForecastCount.Of(load, _objective);
        if (_rule.Load is null && read.Use > .985) wanted = Math.Max(wanted, Count.Needed(3.0 * read.Ready));
        var isKnown = _live.Forecast >= 0;
        if (isKnown) wanted = Math.Max(wanted, ForecastCount.Of(_live.Forecast, _objective));
        wanted = range.Clamp(wanted);
        var second = now / TimeSpan.TicksPerSecond;
        var held = _live.Asked.Add(second, wanted, (int)_rule.Hold.TotalSeconds);
        Imagine(context, load, wanted, held, second, seconds, isKnown);
        return Answer(context, tracked, read, load, wanted > context.Current ? wanted : Math.Min(context.Current, held), second);
    }

    /// <summary>What documents of another rule, or of other loads, would have taught: nothing of it holds here.</summary>
    private static int Form(ForecastRule rule)
    {
        var hash = StableHash.Of(rule.Metric.ToString())
            ^ (StableHash.Of(rule.Load?.ToString() ?? "") * 31)
            ^ (StableHash.Of(rule.TimeZone) * 17);
        return (int)(hash ^ (hash >> 32)) ^ (rule.Seasons ? 1 : 0) ^ (Version << 8) ^ (BitConverter.IsLittleEndian ? 0 : 1 << 16);
    }

    private void Begin(int form)
    {
        _live = new() { Form = form, Settings = Settings(), Forecast = -1, MinuteLoad = -1, Ahead = (byte)Ahead(TimeSpan.Zero) };
        Array.Fill(_chunks, []);
        _bank = ForecastBank.Resize([], _forecasters, _live.Ahead);
    }

    private int Settings() =>
        HashOf(_objective) ^ (HashOf(_rule.ShortageWeight) * 31) ^ (HashOf(_rule.StartDelay?.TotalSeconds ?? -1) * 17);

    private static int HashOf(double value) => BitConverter.DoubleToInt64Bits(value) is var bits ? (int)(bits ^ (bits >> 32)) : 0;

    private void JudgeAnewIfAsked()
    {
        if (_live.Settings == Settings()) return;
        _live.Settings = Settings();
        Bank().JudgeAnew();
        (_live.Imagined, _live.Weight, _live.Load, _live.IsOpen, _live.Forecast) = (0, 0, 0, 0, -1);
        _live.Tracking = ImaginedFleet.Of(_live.Tracking.Total);
        _live.Forecasting = _live.Tracking;
    }

    private void Interrupt(int current)
    {
        Bank().Interrupt();
        (_live.Imagined, _live.Weight, _live.Load, _live.IsOpen) = (0, 0, 0, 0);
        (_live.Forecast, _live.MinuteLoad, _live.Minute, _live.Steady) = (-1, -1, 0, 0);
        _live.Tracking = _live.Forecasting = ImaginedFleet.Of(current);
        _live.Tracked.Clear();
        _live.TrackedInMind.Clear();
        _live.Asked.Clear();
    }

    /// <summary>Notes how long those took to start that became ready since the last evaluation.</summary>
    private void LearnStarts(in RuleContext context, DateTimeOffset last)
    {
        if (_rule.StartDelay is not null) return;
        foreach (ref readonly var member in context.Observation.Replicas.Members.AsSpan())
        {
            if (member is not { Readiness: ReplicaReadiness.Ready, StartedAt: { } asked, ReadinessChangedAt: { } ready }) continue;
            if (ready <= last || ready > context.Now || ready < asked || ready - asked > TimeSpan.FromMinutes(30)) continue;
            _live.Starts[_live.NextStart] = (byte)Math.Round(Math.Sqrt((ready - asked).TotalSeconds) * 6);
            _live.NextStart = (byte)((_live.NextStart + 1) % 20);
            _live.StartCount = (byte)Math.Min(20, _live.StartCount + 1);
        }
    }

    /// <summary>How long a start takes: as given, or as 9 of the last 10 did, but not less than the last.</summary>
    private TimeSpan StartDelay()
    {
        if (_rule.StartDelay is { } given) return given;
        if (_live.StartCount == 0) return ForecastRule.UsualStart;
        Span<byte> starts = stackalloc byte[20];
        for (var i = 0; i < _live.StartCount; i++) starts[i] = _live.Starts[i];
        var known = starts[.._live.StartCount];
        known.Sort();
        var last = _live.Starts[(_live.NextStart + 19) % 20];
        double root = Math.Max(last, known[(known.Length - 1) * 9 / 10]) / 6.0;
        return TimeSpan.FromSeconds(root * root);
    }

    private int Ahead(TimeSpan lag) => 1 + (int)Math.Ceiling(((StartDelay() + lag).TotalSeconds - Slack) / 60);

    /// <summary>Learns how much of the load metric keeps one replica in full use, while nothing moves.</summary>
    private void LearnCapacity(in ForecastLoad read)
    {
        _live.Steady = read.Ready == _live.LastReady ? (byte)Math.Min(3, _live.Steady + 1) : (byte)0;
        var isEven = Math.Abs(read.Rate - _live.LastRate) <= .1 * _live.LastRate;
        (_live.LastReady, _live.LastRate) = ((ushort)Math.Min(read.Ready, ushort.MaxValue), (float)read.Rate);
        if (!(read.Rate > 0 && read.Use is > .2 and < .85 && isEven) || _live.Steady < 2) return;
        var seen = read.Rate / read.Busy;
        if (_live.CapacitySamples < 20) _live.Capacity += (float)((seen - _live.Capacity) / ++_live.CapacitySamples);
        else _live.Capacity *= (float)(1 + Math.Clamp((seen / _live.Capacity) - 1, -.01, .01));
    }

    /// <summary>The load in replicas in full use.</summary>
    private double? Load(in ForecastLoad read)
    {
        var byRate = _live.CapacitySamples >= 8 ? read.Rate / _live.Capacity : double.NaN;
        if (double.IsNaN(read.Busy)) return double.IsNaN(byRate) ? null : byRate;
        return byRate > read.Busy ? byRate : read.Busy;
    }

    private void LearnMinutes(DateTimeOffset now, in ForecastLoad read, double load)
    {
        var minute = (int)(now.ToUnixTimeSeconds() / 60);
        var measured = (int)Math.Floor((read.At - DateTimeOffset.UnixEpoch).TotalMinutes);
        if (_live.Minute == 0) _live.Minute = measured;
        if (measured <= _live.Minute) _live.MinuteLoad = Math.Max(_live.MinuteLoad, (float)load);
        if (minute <= _live.Minute) return;
        if (_live.MinuteLoad >= 0)
        {
            var ahead = Ahead(read.Lag);
            if (ahead != _live.Ahead)
            {
                _bank = ForecastBank.Resize(BankBytes(), _forecasters, ahead);
                _live.Ahead = (byte)ahead;
            }

            Learn(_live.Minute, _live.MinuteLoad);
        }

        for (var skipped = Math.Max(_live.Minute, minute - 20) + 1; skipped < minute; skipped++) Bank().Skip(skipped);
        _live.Minute = minute;
        _live.MinuteLoad = measured == minute ? (float)load : -1;
    }

    /// <summary>A minute is over: scores who spoke for it, teaches it, and asks all for the next ones.</summary>
    private void Learn(int minute, double load)
    {
        var bank = Bank();
        ref var now = ref bank.Now;
        now.Level = now.Level == 0 ? (float)load : now.Level + (.001f * ((float)load - now.Level));
        bank.Score(minute, load, _objective, _rule.ShortageWeight);
        now.Mean = now.RecentCount == 0 ? (float)load : now.Mean + (((float)load - now.Mean) / 8);
        now.Recent[now.RecentCount % 5] = (float)load;
        now.RecentCount = now.RecentCount >= 9 ? 5 + ((now.RecentCount + 1) % 5) : now.RecentCount + 1;
        var local = Local(minute);
        if (_rule.Seasons) LearnSeasons(ref now, local, load);

        Span<double> paths = stackalloc double[_forecasters * _live.Ahead];
        Span<bool> speaks = stackalloc bool[_forecasters];
        for (var k = 0; k < _forecasters; k++)
        {
            var path = paths.Slice(k * _live.Ahead, _live.Ahead);
            Path(k, now, local, load, path);
            speaks[k] = !double.IsNaN(path[^1]);
            bank.Say(k, minute + _live.Ahead, path[^1]);
        }

        if (!bank.Choose(speaks, ref _live))
        {
            _live.Forecast = -1;
            return;
        }

        _live.Forecast = (float)bank.Mean(paths, speaks);
        _live.Bare = 0;
        foreach (var at in paths.Slice(_live.Forecaster * _live.Ahead, _live.Ahead)) _live.Bare = Math.Max(_live.Bare, (float)at);
    }

    private long Local(int minute) =>
        minute + (long)_rule.Zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddMinutes(minute)).TotalMinutes;

    private void LearnSeasons(ref ForecastBank.Levels now, long local, double load)
    {
        var day = Day;
        var seen = day[local];
        var from = double.IsNaN(seen) ? load : seen;
        now.DayDeviation = (float)((.5 * (load - from)) + (.5 * now.DayDeviation));
        var gain = double.IsNaN(seen) ? 1 : day.IsOnce(local) ? .5 : .35;
        day.Write(local, from + (gain * (load - from)), once: double.IsNaN(seen));

        var (week, slot) = (Week, local / 5);
        seen = week[slot];
        from = double.IsNaN(seen) ? load : seen;
        now.WeekDeviation = (float)((.5 * (load - from)) + (.5 * now.WeekDeviation));

        // Five minutes share a slot: in the first week it becomes their mean, and later each season counts half.
        var isSame = now.LearnedMinute / 5 == (int)slot;
        now.LearnedInSlot = isSame ? now.LearnedInSlot + 1 : 0;
        var isFirst = double.IsNaN(seen) || (isSame && week.IsOnce(slot));
        gain = isFirst ? 1.0 / (now.LearnedInSlot + 1) : 1 - Math.Pow(.5, .2);
        week.Write(slot, from + (gain * (load - from)), once: isFirst);
        now.LearnedMinute = (int)local;
    }

    private ForecastSeason Day => new(_chunks, DayChunk, DaySlots);

    private ForecastSeason Week => new(_chunks, WeekChunk, WeekSlots);

    /// <summary>What a forecaster says of the next minutes; NaN where it cannot.</summary>
    private void Path(int forecaster, in ForecastBank.Levels now, long local, double load, Span<double> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            var h = i + 1;
            var said = forecaster switch
            {
                0 => load,
                1 => now.Mean,
                2 => Largest(now),
                3 => Day[local + h] + (Math.Pow(.97, h) * now.DayDeviation),
                4 => Week[(local + h) / 5] + (Math.Pow(.97, h) * now.WeekDeviation),
                5 => Largest(Day, local + h) + (.5 * now.DayDeviation),
                _ => Largest(Week, (local + h) / 5) + (.5 * now.WeekDeviation),
            };
            path[i] = said < 0 ? 0 : said;
        }
    }

    private static double Largest(in ForecastBank.Levels now)
    {
        var largest = 0f;
        for (var i = 0; i < Math.Min(5, now.RecentCount); i++) largest = Math.Max(largest, now.Recent[i]);
        return largest;
    }

    private static double Largest(ForecastSeason season, long slot)
    {
        var largest = 0.0;
        for (var w = -2; w <= 2; w++) largest = Math.Max(largest, season[slot + w + WeekSlots * DaySlots]); // never below the first slot
        return largest;
    }

    /// <summary>Lets both imagined runs go on, and sees which of them costs less.</summary>
    private void Imagine(in RuleContext context, double load, int wanted, int held, long second, double seconds, bool isKnown)
    {
        var start = StartDelay().TotalSeconds;
        var length = ImaginedFleet.SlotSeconds(start);
        var (slot, before) = (second / length, (long)(second - seconds) / length);
        var delay = (int)Math.Ceiling(start / length);
        var gain = 1 - Math.Pow(2, -seconds / 86400);
        _live.Tracking.Judge(load, _objective, _rule.ShortageWeight, gain);
        _live.Forecasting.Judge(load, _objective, _rule.ShortageWeight, gain);
        _live.Weight += (float)(gain * (1 - _live.Weight));
        _live.Load += (float)(gain * (load - _live.Load));

        var tracking = Track(load, second, context.Range);
        _live.Tracking.Advance(before, slot);
        _live.Forecasting.Advance(before, slot);
        _live.Tracking.Scale(tracking, slot, delay);
        if (!isKnown) _live.Forecasting.Follow(_live.Tracking);
        else if (wanted > _live.Forecasting.Total) _live.Forecasting.Scale(wanted, slot, delay);
        else _live.Forecasting.Scale(Math.Min(_live.Forecasting.Total, held), slot, delay);

        _live.Imagined = (float)Math.Min(ForecastOutlook.NeededSeconds, _live.Imagined + seconds);
        if (_live.Imagined < ForecastOutlook.NeededSeconds) return;
        if (_live.Forecasting.Loss < _live.Tracking.Loss) _live.IsOpen = 1;
        else if (_live.Forecasting.Loss > 1.02 * _live.Tracking.Loss) _live.IsOpen = 0;
    }

    /// <summary>What target tracking would ask for in its imagined run, with Kubernetes' tolerance, window and limits.</summary>
    private int Track(double load, long second, ReplicaRange range)
    {
        var (ready, total) = (_live.Tracking.Ready, _live.Tracking.Total);
        var use = ready > 0 ? Math.Min(1, load / ready) : 0;
        var ratio = use / (_rule.Target / 100);
        var diluted = ratio > 1 && total > ready ? ratio * ready / total : ratio;
        var wanted = ready == 0 || Math.Abs(ratio - 1) <= .1 || (ratio > 1 && diluted <= 1.1) ? total
            : ratio > 1 && total > ready ? Count.Needed(diluted * total)
            : Count.Needed(ratio * ready);
        return range.Clamp(Slowly(wanted, total, _live.TrackedInMind.Add(second, wanted, Window)));
    }

    /// <summary>
    /// No replica goes while those that are measured are busier than they should be; nor, while fewer are measured than wanted, one that
    /// target tracking would keep, which knows what may be concluded from the others.
    /// </summary>
    private int Careful(int current, int forecast, in Recommendation tracked, in ForecastLoad read)
    {
        if (forecast >= current) return forecast;
        if (read.Use > _objective) return current;
        if (read.Ready >= current) return forecast;
        return tracked.Kind == RecommendationKind.Replicas ? Math.Clamp(tracked.Replicas, forecast, current) : current;
    }

    /// <summary>Up by no more than Kubernetes' limits, down to the most of its window.</summary>
    private static int Slowly(int wanted, int current, int most) =>
        wanted > current ? Math.Min(wanted, Math.Max(current + 4, 2 * current)) : Math.Min(current, most);

    private Recommendation Answer(
        in RuleContext context, Recommendation tracked, in ForecastLoad read, double load, int forecast, long second)
    {
        var detail = new ForecastOutlook(_live, Bank().Scored, _objective);
        forecast = Careful(context.Current, forecast, tracked, read);
        var isFull = _rule.Mode == ForecastMode.Full;
        if (isFull && _live is { IsOpen: 1, Forecast: >= 0 } && (read.Ready > 0 || forecast >= context.Current))
        {
            return new(RecommendationKind.Replicas, RecommendationReason.Forecast, forecast, _rule.Load ?? _rule.Metric, load)
            {
                Target = _objective * 100,
                Until = DateTimeOffset.UnixEpoch.AddMinutes(_live.Minute + 1),
                Said = detail,
                Memory = Memory(),
            };
        }

        if (tracked.Kind == RecommendationKind.Replicas && isFull && context.Behavior.ScaleDown.StabilizationWindow.TotalSeconds < Window)
            tracked = tracked with
            {
                Replicas = Slowly(tracked.Replicas, context.Current, _live.Tracked.Add(second, tracked.Replicas, Window))
            };
        return tracked with { Said = tracked.Said ?? detail, Memory = Memory() };
    }

    private ForecastBank Bank() => ForecastBank.Of(BankBytes(), _forecasters, _live.Ahead);

    private byte[] BankBytes() => _bank ??= [.. _chunks[BankChunk]];

    private RuleMemory Memory()
    {
        var live = new byte[Unsafe.SizeOf<ForecastLive>()];
        MemoryMarshal.Write(live, _live);
        _chunks[LiveChunk] = ImmutableCollectionsMarshal.AsImmutableArray(live);
        if (_bank is not null) _chunks[BankChunk] = ImmutableCollectionsMarshal.AsImmutableArray(_bank);
        return new(ImmutableCollectionsMarshal.AsImmutableArray(_chunks));
    }
}
