using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Benchmarks;

/// <summary>
/// What a forecast costs beside the target tracking that it wraps: 120 days of evaluations every 15 s, so that all seasons are learned and
/// the runtime has compiled what is hot, and of rounds of two hours the one in which others on the machine did least.
/// </summary>
internal static class ForecastRounds
{
    private const int InARound = 480;
    private const int Rounds = 120 * 1440 * 4 / InARound;
    private const int Replicas = 3;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static int Run()
    {
        foreach (var seasons in new[] { false, true })
        {
            var rule = new ForecastRule { Load = MetricRef.RequestRate, Mode = ForecastMode.Full, Seasons = seasons };
            var memory = RuleMemory.Empty;
            var tracking = double.PositiveInfinity;
            var forecast = double.PositiveInfinity;
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                ScalingObservation[] seen = [.. Enumerable.Range(round * InARound, InARound).Select(Seen)];
                tracking = Math.Min(tracking, Time(seen, round, (observation, now) => rule.Base.Recommend(new(observation, now))));
                var before = GC.GetAllocatedBytesForCurrentThread();
                forecast = Math.Min(forecast, Time(seen, round, (observation, now) =>
                {
                    var answer = rule.Recommend(new(observation, now) { Memory = memory });
                    memory = answer.Memory ?? memory;
                    return answer;
                }));
                allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / InARound;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(seasons ? "With seasons" : "Without seasons")}: {forecast:0} ns an evaluation, {allocated} B; target tracking alone: {tracking:0} ns"));
        }

        return 0;
    }

    private static double Time(ScalingObservation[] seen, int round, Func<ScalingObservation, DateTimeOffset, Recommendation> ask)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < seen.Length; i++) GC.KeepAlive(ask(seen[i], At((round * InARound) + i)).Memory);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / seen.Length;
    }

    private static DateTimeOffset At(int sample) => Start + (sample * TimeSpan.FromSeconds(15));

    /// <summary>A day that rises and falls, with some noise that is always the same.</summary>
    private static ScalingObservation Seen(int sample)
    {
        var use = 40 + (30 * Math.Sin(sample * 2 * Math.PI / 5760)) + (sample * 7919 % 13);
        var at = At(sample);
        var each = Enumerable.Range(0, Replicas).Select(i => new ReplicaReading($"r{i}", use / 100, 1, at, TimeSpan.FromSeconds(15)));
        return new()
        {
            Replicas = ReplicaStatus.AllReady(Replicas),
            Metrics = new([MetricReading.Available(MetricRef.Cpu, use, at, [.. each]), MetricReading.Available(MetricRef.RequestRate, use * Replicas, at)]),
        };
    }
}
