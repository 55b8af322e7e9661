using System.Diagnostics;
using System.Globalization;
using AutoScaling;
using AutoScaling.Kubernetes;
using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// One of several copies, for tests that stop and kill it. Usage: AutoScaling.Kubernetes.CopyHost KUBECONFIG IDENTITY CPU LEASE DEADLINE RETRY TARGETS; times in seconds.
// CPU is one reading in percent, or two, between which every evaluation changes. Each line that it prints is: what;began;ended;text.
// Times are ticks of the machine's clock that is never set, so that a test can compare those of several processes.
var cpu = args[2].Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray();
TimeSpan Seconds(int index) => TimeSpan.FromSeconds(double.Parse(args[index], CultureInfo.InvariantCulture));
var asked = 0;

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddProvider(new Lines());
var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (TimeSpan.FromMilliseconds(100), 0));
var targets = int.Parse(args[6], CultureInfo.InvariantCulture);
foreach (var name in targets == 1 ? ["web"] : Enumerable.Range(0, targets).Select(i => $"web-{i}"))
{
    scaling.AddPolicy(new ScalingPolicy
    {
        Target = name,
        Range = new(1, 10),
        Rules = [new CpuRule()],
        Behavior = (cpu.Length > 1 ? ScalingBehavior.Immediate : ScalingBehavior.Default) with { SafetyGuards = false },
    });
}

scaling.UseKubernetes(o => (o.KubeConfig, o.MaxListAge, o.Events) = (args[0], TimeSpan.FromMilliseconds(50), false))
    .UseMetrics(_ => new Readings(() => cpu[Interlocked.Increment(ref asked) % cpu.Length]))
    .UseLeaderElection(o => (o.Identity, o.LeaseDuration, o.RenewDeadline, o.RetryPeriod) = (args[1], Seconds(3), Seconds(4), Seconds(5)))
    .SaveStateToKubernetes()
    .OnEvaluated(record =>
    {
        var now = Stopwatch.GetTimestamp();
        Lines.Print(record.Outcome.Kind.ToString(), now - (long)(record.Duration.TotalSeconds * Stopwatch.Frequency), now, record.Explain());
    });
using var host = builder.Build();
await host.RunAsync();

internal sealed class Readings(Func<double> cpu) : IMetricsProvider
{
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(ServiceMetrics.Of(TimeProvider.System.GetUtcNow(), cpu()));
}

internal sealed class Lines : ILoggerProvider, ILogger
{
    public static void Print(string what, long began, long ended, string text) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what};{began};{ended};{text.ReplaceLineEndings(" ")}"));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Print(eventId.Name ?? "Log", Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), $"{formatter(state, exception)} {exception?.Message}");

    public void Dispose()
    {
    }
}
