using System.Globalization;
using System.Net;
using AutoScaling;
using AutoScaling.Orleans.Host;
using AutoScaling.Prometheus;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;

// One silo, for tests that stop and kill it; or a host that is alone. Settings are arguments: --silo NAME --world PORT --targets N --interval SECONDS
// --http PORT --policies FILE --prometheus URL --dashboard off; in a cluster also --cluster NAME --port PORT and --redis ENDPOINT, --postgres CONNECTION or neither, in memory; without these it is alone.
var builder = WebApplication.CreateSlimBuilder(args);
string? Setting(string name) => builder.Configuration[name];
TimeSpan Seconds(string name, double usual) =>
    TimeSpan.FromSeconds(double.Parse(Setting(name) ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
int Number(string name, int usual) => int.Parse(Setting(name) ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

builder.Logging.ClearProviders().AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.ColorBehavior) = (true, "HH:mm:ss.fff ", LoggerColorBehavior.Disabled))
    .SetMinimumLevel(LogLevel.Warning).AddFilter("AutoScaling", Setting("debug") is null ? LogLevel.Warning : LogLevel.Debug)
    .AddFilter("AutoScaling.IAutoScaler", LogLevel.Information);

// The wall clock that a test sets, so that decisions hang on ticks and on nothing else.
var steps = new StepTime();
var isStepped = Setting("steps") is not null;
if (isStepped) builder.Services.AddSingleton<TimeProvider>(steps);
builder.WebHost.UseKestrel(o => o.Listen(IPAddress.Loopback, Number("http", 0)));
var world = await WorldClient.ConnectAsync(Number("world", 0), Setting("silo")!);

var scaling = builder.Services.AddAutoScaling(o =>
{
    o.Interval = Seconds("interval", 2);
    o.StartJitter = 0.25;
    o.RunLoop = !isStepped;
    o.SaveInterval = Seconds("save", 30);
});
var cooldown = Seconds("cooldown", 300);
for (var i = 0; i < Number("targets", 100); i++)
{
    scaling.AddPolicy(new ScalingPolicy
    {
        Target = $"t{i}",
        Range = new(1, 100),
        Rules = Setting("prometheus") is null
            ? [new ThresholdRule { CpuTarget = 60 }]
            : [new TargetTrackingRule { Metric = "rps@prom", Kind = TargetKind.TotalPerReplica, Target = 50 }],
        Behavior = ScalingBehavior.Default with { ScaleUp = new() { Cooldown = cooldown }, ScaleDown = new() { Cooldown = cooldown } },
    });
}

if (Setting("prometheus") is { } prometheus)
    scaling.AddPrometheus("prom", new Uri($"{prometheus}/{Setting("silo")}/"), p =>
    {
        p.MaxAnswerAge = Seconds("interval", 2) / 2;
        p.Add("rps", "sum by (service) (rps)");
    });
if (Setting("policies") is { } file) scaling.AddPolicyFile(file);
scaling.UseScaler(_ => new WorldScaler(world)).UseMetrics(s => new WorldMetrics(world, s.GetRequiredService<TimeProvider>()))
    .OnEvaluated(record => world.Tell(record.Decision is null ? $"X {record.Target} {record.Error}" : $"E {record.Target} {record.Outcome.Kind}"));
builder.Services.AddHealthChecks().AddAutoScaling();
if (Setting("cluster") is { } cluster)
{
    builder.UseOrleans(silo =>
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, "autoscaling"));
        silo.Configure<SiloOptions>(o => o.SiloName = Setting("silo")!);
        silo.ConfigureEndpoints(IPAddress.Loopback, Number("port", 0), Number("gateway", 0));

        // Those that the documentation recommends: a silo that is lost is given up within 3 to 5 s.
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = o.MinProbeTimeout = o.MaxProbeTimeout = Seconds("probe", 1);
            o.NumMissedProbesLimit = 3;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
        if (Setting("redis") is { } redis)
        {
            silo.UseRedisClustering(redis).AddRedisGrainStorage("AutoScaling", o => o.ConfigurationOptions = StackExchange.Redis.ConfigurationOptions.Parse(redis));
            if (Setting("reminders") is not null)
                silo.UseRedisReminderService(o => o.ConfigurationOptions = StackExchange.Redis.ConfigurationOptions.Parse(redis));
        }
        else if (Setting("postgres") is null)
        {
            silo.UseLocalhostClustering(Number("port", 0), Number("gateway", 0), serviceId: "autoscaling", clusterId: cluster)
                .AddMemoryGrainStorage("AutoScaling");
        }
        else
        {
            void Connect(Action<string, string> set) => set("Npgsql", Setting("postgres")!);
            silo.UseAdoNetClustering(o => Connect((invariant, connection) => (o.Invariant, o.ConnectionString) = (invariant, connection)))
                .AddAdoNetGrainStorage("AutoScaling", o => Connect((invariant, connection) => (o.Invariant, o.ConnectionString) = (invariant, connection)));
        }

        silo.AddAutoScaling(o =>
        {
            o.Buckets = Number("buckets", 256);
            o.Tick = Seconds("tick", 1);
            if (Setting("lease") is not null) o.Lease = Seconds("lease", 0);
        });
    });
}

var app = builder.Build();
app.MapAutoScaling("/autoscaling", o => o.Dashboard = Setting("dashboard") is null).AllowAnonymous().WithControl(c => c.AllowAnonymous());
app.MapHealthChecks("/health");
app.MapGet("/clock", (long ticks) => steps.Now = ticks);
app.MapPost("/evaluate", (int[] targets) => Evaluating.OwnAsync(app.Services, targets));
app.Lifetime.ApplicationStarted.Register(() => world.Tell("started"));
await app.RunAsync();
