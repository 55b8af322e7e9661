using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Scales a service that is made up, so that it runs anywhere. It ends after ten seconds, or with Ctrl-C.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddAutoScaling(o => o.Interval = TimeSpan.FromSeconds(1))
    .AddPolicy("web", min: 1, max: 5, cpuTarget: 50)
    .UseSimulation(new() { Variation = 0.8, Period = TimeSpan.FromSeconds(10) })
    .OnEvaluated(record => Console.WriteLine(record.Explain()));

using var tenSeconds = new CancellationTokenSource(TimeSpan.FromSeconds(10));
await builder.Build().RunAsync(tenSeconds.Token);
