using System.Globalization;

// A web service that counts its requests, as Prometheus wants to be told: for a test that scales it by them.
// Usage: AutoScaling.Prometheus.WebHost FIRST_PORT; replica web-2 listens on the second port after that.
var replica = Environment.GetEnvironmentVariable("AUTOSCALING_REPLICA") ?? "web-0";
var port = int.Parse(args[0], CultureInfo.InvariantCulture) + int.Parse(replica[(replica.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
var requests = 0;
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
var app = builder.Build();
app.MapGet("/", () => Interlocked.Increment(ref requests));
app.MapGet("/metrics", () => $"# TYPE http_requests_total counter\nhttp_requests_total{{replica=\"{replica}\"}} {Volatile.Read(ref requests).ToString(CultureInfo.InvariantCulture)}\n");
app.Run();
