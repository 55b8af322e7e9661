using AutoScaling;
using AutoScaling.ProcessHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A host like a user's, for tests that end it in several ways: it runs workers until it is told to stop, and the container disposes the scaler.
// Usage: AutoScaling.ProcessHost REPLICAS SCRIPT; the script is run by /bin/sh in the current directory.
// "crash" ends it at a given instant.
if (args is ["crash", ..])
{
    await CrashHost.RunAsync(args[1..]);
    return;
}

var replicas = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddSingleton(services => new ProcessScaler(
    [new ProcessSpec { Target = "web", FileName = "/bin/sh", Arguments = ["-c", args[1]], InitialReplicas = replicas }],
    TimeProvider.System,
    services.GetRequiredService<ILogger<ProcessScaler>>()));
using var host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<ProcessScaler>().GetReplicasAsync("web", CancellationToken.None);
Console.WriteLine("running");
await host.WaitForShutdownAsync();
