using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Scales a service that is made up, so that it runs anywhere: up and down again within ten seconds, where a real one waits for minutes.
var (builder, second) = (Host.CreateApplicationBuilder(args), TimeSpan.FromSeconds(1));
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddAutoScaling(o => (o.Interval, o.Defaults) = (second, new() { ScaleUpCooldown = second, ScaleDownCooldown = second }))
    .AddPolicy("web", min: 1, max: 5, cpuTarget: 50)
    .UseSimulation(new() { Variation = 0.8, Period = 8 * second })
    .OnEvaluated(record => Console.WriteLine(record.Explain()));

using var tenSeconds = new CancellationTokenSource(10 * second);
await builder.Build().RunAsync(tenSeconds.Token);
