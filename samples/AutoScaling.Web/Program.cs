using AutoScaling;
using OpenTelemetry.Metrics;

// A web application that takes orders, and workers that are scaled by how many come, how many wait, and how long one takes. Order some:
//   for i in $(seq 2000); do curl -s -X POST localhost:5000/orders; done
// and look at http://localhost:5000/autoscaling/ meanwhile, /health and /metrics.
var builder = WebApplication.CreateBuilder(args);
var seconds = TimeSpan.FromSeconds(1);
builder.Services.AddSingleton<Workers>();
builder.Services.AddAutoScaling(o => o.Interval = seconds)
    .AddPolicy("workers", p => p with
    {
        Range = new(1, 20),
        Rules =
        [
            new BacklogRule
            {
                Metric = "waiting@app", ArrivalMetric = "orders@app", ThroughputPerReplica = 5, DrainTime = 5 * seconds,
            },
            new QueueingRule
            {
                ArrivalMetric = "orders@app", LatencyMetric = "latency@app", ServiceTime = 0.2 * seconds, Objective = seconds,
            },
        ],
        Metrics = [new() { Metric = "latency@app", IfMissing = MissingMeaning.Ignore, After = default }], // none without orders
        Behavior = new() { ScaleUp = new() { Cooldown = 2 * seconds }, ScaleDown = new() { Cooldown = 15 * seconds } },
    })
    .UseScaler(services => services.GetRequiredService<Workers>())
    .AddMeters(
        "app",
        MeterMetric.Rate("orders", "Shop", "orders.received") with { Window = 5 * seconds },
        MeterMetric.Gauge("waiting", "Shop", "orders.waiting"),
        MeterMetric.Quantile("latency", "Shop", "orders.duration", 0.95) with { Window = 10 * seconds, InFlight = "orders.waiting" });
builder.Services.AddHealthChecks().AddAutoScaling(o => o.UnhealthyAfter = 30 * seconds);
builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddAutoScalingInstrumentation().AddMeter("Shop").AddPrometheusExporter());

var app = builder.Build();
app.MapGet("/", () => Results.Redirect("/autoscaling/"));
app.MapPost("/orders", (Workers workers) => workers.Order());
app.MapHealthChecks("/health");
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapAutoScaling("/autoscaling", o => o.Title = "Shop").AllowAnonymous().WithControl(c => c.AllowAnonymous()); // elsewhere name policies
app.Run();
