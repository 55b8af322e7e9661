using AutoScaling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var scaled = new TaskCompletionSource<ScalingRecord>();
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddAutoScaling(o => o.Interval = TimeSpan.FromSeconds(1)).UseSimulation()
    .AddPolicy(new ScalingPolicy { Target = "web", Range = new(7, 9), Rules = [new ThresholdRule { CpuTarget = 60 }] })
    .OnEvaluated(record =>
    {
        if (record.Outcome.Kind == ScaleOutcomeKind.Applied) scaled.TrySetResult(record);
    });
builder.UseOrleans(silo => silo.UseLocalhostClustering().AddMemoryGrainStorage("AutoScaling").AddAutoScaling());
using var host = builder.Build();
await host.StartAsync();
var record = await scaled.Task.WaitAsync(TimeSpan.FromMinutes(1));
Console.WriteLine(record.Explain());
var status = host.Services.GetRequiredService<IAutoScaler>().GetStatus("web");
if (status.LastDecision?.To != record.Decision!.To) throw new InvalidOperationException("The grain of the target answers something else.");
await host.StopAsync();
