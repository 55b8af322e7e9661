using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.ProcessHost;

/// <summary>A host with saved states whose process ends itself, as nothing but <c>kill -9</c> does, at an instant that the test gives.</summary>
/// <remarks>Usage: <c>AutoScaling.ProcessHost crash FOLDER START SPEED CPU INSTANT DELAY</c>. It leaves the scalings, and what was said of each evaluation, in the folder.</remarks>
internal static class CrashHost
{
    /// <summary>Runs until the instant comes.</summary>
    public static async Task RunAsync(string[] args)
    {
        var (folder, instant) = (args[0], args[4]);
        var time = new FastTime(DateTimeOffset.Parse(args[1], CultureInfo.InvariantCulture), Number(args[2]));
        var cpu = Number(args[3]);
        var delay = TimeSpan.FromMilliseconds(Number(args[5]));
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(time);
        var up = new DirectionBehavior { Cooldown = TimeSpan.FromSeconds(60) };
        builder.Services
            .AddAutoScaling(o =>
            {
                o.StartJitter = 0;
                o.Interval = TimeSpan.FromSeconds(5);
                o.EvaluationTimeout = TimeSpan.FromHours(24); // However slow the machine is, no call takes too long.
            })
            .AddPolicy(new ScalingPolicy { Target = "web", Range = new(1, 100_000), Behavior = new() { ScaleUp = up, ScaleDown = up } })
            .UseMetrics(_ => new Cpu(time, cpu))
            .UseScaler(_ => new FileScaler(time, Path.Combine(folder, "scalings"), instant))
            .SaveStateTo(Path.Combine(folder, "state.json"))
            .OnEvaluated(record =>
            {
                File.AppendAllText(Path.Combine(folder, "records"), $"{record.Decision?.Expected} {record.Explain()} {record.Warning}\n");
                if (record.Outcome.Kind != ScaleOutcomeKind.Applied || instant == "recorded") Kill();
                else new Thread(() => KillAfter(delay)) { IsBackground = true }.Start();
            });
        using var host = builder.Build();
        await host.RunAsync();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void KillAfter(TimeSpan delay)
    {
        Thread.Sleep(delay);
        Kill();
    }

    private static void Kill()
    {
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private sealed class Cpu(TimeProvider time, double cpu) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(ServiceMetrics.Of(time.GetUtcNow(), cpu));
    }

    /// <summary>Has the count in a file that outlasts it: the last word of its last line. Each line is one write.</summary>
    private sealed class FileScaler(TimeProvider time, string path, string instant) : IScaler
    {
        private DateTimeOffset _read;

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
        {
            _read = time.GetUtcNow();
            return new(ReplicaStatus.AllReady(Count()));
        }

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
        {
            if (Count() != from) return new(ScaleOutcome.Rejected($"it has {Count()} replicas"));
            if (instant == "before") Kill();
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{_read:O} {time.GetUtcNow():O} {from} {to}\n"));
            if (instant == "after") Kill();
            return new(ScaleOutcome.Applied);
        }

        private int Count() => File.Exists(path) ? int.Parse(File.ReadLines(path).Last().Split(' ')[^1], CultureInfo.InvariantCulture) : 4;
    }

    /// <summary>A clock that begins at a time, and runs faster than the real one.</summary>
    private sealed class FastTime(DateTimeOffset start, double speed) : TimeProvider
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => start + (Stopwatch.GetElapsedTime(_began) * speed);

        public override long GetTimestamp() => (long)((Stopwatch.GetTimestamp() - _began) * speed);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new FastTimer(System.CreateTimer(callback, state, Faster(dueTime), Faster(period)), this);

        private TimeSpan Faster(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / speed;

        private sealed class FastTimer(ITimer timer, FastTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Faster(dueTime), time.Faster(period));

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
