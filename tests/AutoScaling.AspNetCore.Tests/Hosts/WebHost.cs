using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.AspNetCore.Tests.Hosts;

/// <summary>A real host on a port of its own. Who asks is said by a header or a cookie: <c>viewer</c> may look, <c>operator</c> steer.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private WebHost(WebApplication app, FakeLogCollector log) => (App, Log) = (app, log);

    public WebApplication App { get; }

    public FakeLogCollector Log { get; }

    public IAutoScaler AutoScaler => App.Services.GetRequiredService<IAutoScaler>();

    public FakeScaler Scaler => App.Services.GetRequiredService<FakeScaler>();

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Builds a host; see <see cref="StartAsync"/>.</summary>
    public static WebHost Build(HostPlan plan)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var log = new FakeLogCollector();
        builder.Logging.ClearProviders().AddProvider(new FakeLoggerProvider(log)).SetMinimumLevel(LogLevel.Information);
        if (plan.Time is { } time) builder.Services.AddSingleton<TimeProvider>(time);
        var autoScaling = builder.Services.AddAutoScaling(o =>
        {
            (o.RunLoop, o.StartJitter) = (plan.RunLoop, 0);
            plan.Options?.Invoke(o);
        });
        builder.Services.AddSingleton(s => new FakeScaler(s.GetRequiredService<TimeProvider>(), plan.Replicas));
        autoScaling.UseScaler(s => s.GetRequiredService<FakeScaler>())
            .UseMetrics(s => new PlannedMetrics(plan, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddAuthentication(TestUsers.Scheme).AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, TestUsers>(TestUsers.Scheme, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("look", p => p.RequireRole("viewer", "operator"))
            .AddPolicy("steer", p => p.RequireRole("operator"));
        plan.Build?.Invoke(autoScaling);
        plan.Services?.Invoke(builder.Services);
        var app = builder.Build();
        if (plan.PathBase is { } pathBase)
        {
            app.UsePathBase(pathBase);
            app.UseRouting();
            app.UseAuthentication();
            app.UseAuthorization();
        }

        plan.Map(app);
        return new(app, log);
    }

    public static async Task<WebHost> StartAsync(HostPlan plan)
    {
        var host = Build(plan);
        await host.App.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>A client of who is named; <see langword="null"/>: of nobody.</summary>
    public HttpClient Client(string? user = "operator")
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if (user is not null) client.DefaultRequestHeaders.Add("X-User", user);
        return client;
    }

    /// <summary>Asks for JSON.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var client = Client();
        return await client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends JSON.</summary>
    /// <returns>The status code and what was said, or the detail of the problem.</returns>
    public async Task<(int Status, string Said)> SendAsync(
        string path, string json, string? user = "operator", HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        using var client = Client(user);
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = new StringContent(json, null, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (text.Length == 0) return ((int)answer.StatusCode, "");
        var body = JsonDocument.Parse(text).RootElement;
        return ((int)answer.StatusCode, body.GetProperty(answer.IsSuccessStatusCode ? "said" : "detail").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}

/// <summary>What a test wants of a host.</summary>
internal sealed record HostPlan
{
    public TimeProvider? Time { get; init; } = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public bool RunLoop { get; init; }

    public int Replicas { get; init; } = 4;

    /// <summary>CPU of a target, in percent; <see langword="null"/>: it cannot be read.</summary>
    public Func<ScalingTarget, double?> Cpu { get; set; } = _ => 50;

    public Action<AutoScalingOptions>? Options { get; init; }

    public Action<AutoScalingBuilder>? Build { get; init; } = b => b.AddPolicy("web", max: 20);

    public Action<IServiceCollection>? Services { get; init; }

    public string? PathBase { get; init; }

    public Action<WebApplication> Map { get; init; } = app => app.MapAutoScaling().RequireAuthorization("look").WithControl("steer");
}

/// <summary>Answers with the plan's CPU.</summary>
internal sealed class PlannedMetrics(HostPlan plan, TimeProvider time) : IMetricsProvider
{
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
        new(plan.Cpu(request.Target) is { } cpu ? ServiceMetrics.Of(time.GetUtcNow(), cpu) : new ServiceMetrics(MetricReading.Failed("cpu", "the meter is broken")));
}
