using System.Globalization;
using AutoScaling.Prometheus.Tests.Server;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Prometheus.Tests.Loop;

/// <summary>All parts for real: requests, a Prometheus that scrapes, the loop, and processes that come and go.</summary>
public sealed class EndToEndTests : IDisposable
{
    private const int Most = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("prometheus-loop").FullName;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Loop_WithARealPrometheus_ScalesProcessesByTheirRequests()
    {
        var port = FreePorts.Take(Most);
        await using var server = await PrometheusProcess.StartAsync(config: Scraping(port));
        var policies = Path.Combine(_folder, "policies.yaml");
        await File.WriteAllTextAsync(
            policies,
            """
            policies:
              web:
                max: 4
                interval: 500ms
                rules:
                  - type: targetTracking
                    name: load
                    metric: { prom: "sum(rate(http_requests_total{service='{target}'}[5s]))" }
                    kind: totalPerReplica
                    target: 10
                behavior: { preset: kubernetes, scaleDown: { stabilizationWindow: 0s } }
            """,
            TestContext.Current.CancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        ScalingRecord? last = null;
        builder.Services.AddAutoScaling()
            .AddPrometheus("prom", server.Url, p => p.MaxAnswerAge = TimeSpan.FromMilliseconds(250))
            .AddPolicyFile(policies)
            .UseProcesses(new ProcessSpec
            {
                Target = "web",
                FileName = "dotnet",
                Arguments = [Path.Combine(AppContext.BaseDirectory, "AutoScaling.Prometheus.WebHost.dll"), port.ToString(CultureInfo.InvariantCulture)],
                Output = ProcessOutput.Discard,
            })
            .OnEvaluated(record => last = record);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var quiet = new CancellationTokenSource();
        var load = Task.CompletedTask;
        try
        {
            await Condition.HoldsAsync(async () => await ServingAsync(port) == 1, Patience, () => "one process serves");

            // 60 requests a second are the work of six, and there may be four.
            load = SendAsync(port, perSecond: 60, quiet.Token);
            await Condition.HoldsAsync(async () => await ServingAsync(port) == Most, Patience, () => $"four processes serve under load ({last?.Explain()})");
            await quiet.CancelAsync();
            await load;
            await Condition.HoldsAsync(async () => await ServingAsync(port) == 1, Patience, () => $"one process serves without load ({last?.Explain()})");
            Assert.Contains("load", last!.Explain(), StringComparison.Ordinal);
        }
        finally
        {
            await quiet.CancelAsync();
            await load;
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        Assert.Equal(0, await ServingAsync(port));
    }

    private static string Scraping(int port) => $$"""
        global: { scrape_interval: 1s, scrape_timeout: 1s }
        scrape_configs:
          - job_name: web
            static_configs:
              - labels: { service: web }
                targets: [{{string.Join(", ", Ports(port).Select(p => $"'127.0.0.1:{p.ToString(CultureInfo.InvariantCulture)}'"))}}]
        """;

    private static IEnumerable<int> Ports(int first) => Enumerable.Range(first, Most);

    private async Task<int> ServingAsync(int first)
    {
        var answers = await Task.WhenAll(Ports(first).Select(port => GetAsync(port, "/metrics")));
        return answers.Count(answered => answered);
    }

    // Like a load balancer: a request that nobody takes goes to the next.
    private async Task SendAsync(int first, int perSecond, CancellationToken quiet)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), TimeProvider.System);
        var next = 0;
        while (!quiet.IsCancellationRequested)
        {
            for (var i = 0; i < Most && !await GetAsync(first + (next++ % Most), "/"); i++)
            {
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> GetAsync(int port, string path)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}{path}"), CancellationToken.None);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
