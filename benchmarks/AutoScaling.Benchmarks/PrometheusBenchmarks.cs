using System.Globalization;
using System.Net;
using System.Text;
using AutoScaling.Prometheus;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Benchmarks;

/// <summary>
/// Readings of many targets from one Prometheus: the bodies of its answers are there at once, so this is what the provider itself costs.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 10, iterationCount: 20, invocationCount: 1)]
public class PrometheusBenchmarks
{
    private const int Targets = 10_000;

    private readonly InstantPorts.Clock _time = new();
    private readonly MetricsRequest[] _one = [.. Enumerable.Range(0, Targets).Select(i => new MetricsRequest($"service-{i}", "m1"))];
    private readonly MetricsRequest[] _three = [.. Enumerable.Range(0, Targets).Select(i => new MetricsRequest($"service-{i}", "m1", "m2", "m3"))];
    private ServiceProvider _services = null!;
    private IMetricsProvider _source = null!;
    private int _queries;

    [GlobalSetup]
    public void Prepare()
    {
        var answer = Answer();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        services.AddAutoScaling()
            .AddPrometheus("prom", new Uri("http://prometheus:9090"), p =>
            {
                for (var i = 1; i <= 3; i++) p.Add($"m{i}", $"sum by (service) (rate(m{i}_total[2m]))");
                p.QueryTimeout = TimeSpan.FromSeconds(30);
            })
            .ConfigurePrometheusClient("prom", client => client.ConfigurePrimaryHttpMessageHandler(() => new Server(answer, () => Interlocked.Increment(ref _queries))));
        _services = services.BuildServiceProvider();
        _source = _services.GetRequiredKeyedService<IMetricsProvider>("prom");
    }

    [IterationSetup]
    public void NextInterval()
    {
        _time.Now += TimeSpan.FromSeconds(30);
        _queries = 0;
    }

    /// <summary>One answer with 10,000 series, and one reading from it.</summary>
    [Benchmark]
    public async Task<double> Answer10000()
    {
        var read = await _source.GetMetricsAsync(_one[42], CancellationToken.None);
        return read[0].Status == MetricStatus.Available ? read[0].Value : throw new InvalidOperationException(read[0].Reason);
    }

    /// <summary>A tick: three metrics of each of 10,000 targets, by three queries.</summary>
    [Benchmark]
    public async Task<int> Tick10000By3()
    {
        var available = 0;
        foreach (var request in _three)
        {
            var read = await _source.GetMetricsAsync(request, CancellationToken.None);
            foreach (var reading in read) available += reading.Status == MetricStatus.Available ? 1 : 0;
        }

        return (available, _queries) == (3 * Targets, 3)
            ? available
            : throw new InvalidOperationException($"{available} readings by {_queries} queries.");
    }

    [GlobalCleanup]
    public void Clean() => _services.Dispose();

    private static byte[] Answer()
    {
        var text = new StringBuilder("""{"status":"success","data":{"resultType":"vector","result":[""");
        for (var i = 0; i < Targets; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $$"""{"metric":{"service":"service-{{i}}"},"value":[1700000000.123,"{{i * 1.25}}"]}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}}").ToString());
    }

    private sealed class Server(byte[] answer, Action asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked();
            var content = new StreamContent(new MemoryStream(answer));
            content.Headers.ContentLength = answer.Length;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
        }
    }
}
