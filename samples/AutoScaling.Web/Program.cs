using AutoScaling;

// A web application that takes orders, and workers that are scaled by how many orders come and wait. Order some:
//   for i in $(seq 2000); do curl -s -X POST localhost:5000/orders; done
// and look at http://localhost:5000/autoscaling/ meanwhile.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<Workers>();
builder.Services.AddAutoScaling(o => o.Interval = TimeSpan.FromSeconds(1))
    .AddPolicy("workers", p => p with
    {
        Range = new(1, 20),
        Rules =
        [
            new BacklogRule
            {
                Metric = "waiting@app", ArrivalMetric = "orders@app", ThroughputPerReplica = 5, DrainTime = TimeSpan.FromSeconds(5),
            },
        ],
        Behavior = new() { ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(2) }, ScaleDown = new() { Cooldown = TimeSpan.FromSeconds(15) } },
    })
    .UseScaler(services => services.GetRequiredService<Workers>())
    .AddMeters(
        "app",
        MeterMetric.Rate("orders", "Shop", "orders.received") with { Window = TimeSpan.FromSeconds(5) },
        MeterMetric.Gauge("waiting", "Shop", "orders.waiting"));
builder.Services.AddHealthChecks().AddAutoScaling(o => o.UnhealthyAfter = TimeSpan.FromSeconds(30));

var app = builder.Build();
app.MapGet("/", () => Results.Redirect("/autoscaling/"));
app.MapPost("/orders", (Workers workers) => workers.Order());
app.MapHealthChecks("/health");
app.MapAutoScaling("/autoscaling", o => o.Title = "Shop").AllowAnonymous().WithControl(c => c.AllowAnonymous()); // on your machine; elsewhere name policies
app.Run();
