using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoScaling.AspNetCore.Tests.Endpoints;

/// <summary>Who may look and who may steer is said, or the host does not start.</summary>
public sealed class AuthorizationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NobodyIsNamed_IsRefusedWithOneSentence()
    {
        var host = WebHost.Build(new() { Map = app => app.MapAutoScaling("/scaling") });
        var error = await Assert.ThrowsAsync<ScalingException>(() => host.App.StartAsync(Stop));
        Assert.Equal(
            "MapAutoScaling(\"/scaling\") must be followed by RequireAuthorization(...), so that not everybody sees the autoscaler, "
            + "or by AllowAnonymous(), if everybody may.",
            error.Message);
        await host.App.DisposeAsync();
    }

    [Fact]
    public async Task Start_NobodyMaySteer_IsRefusedWithOneSentence()
    {
        var host = WebHost.Build(new() { Map = app => app.MapAutoScaling().AllowAnonymous().WithControl(_ => { }) });
        var error = await Assert.ThrowsAsync<ScalingException>(() => host.App.StartAsync(Stop));
        Assert.StartsWith("WithControl of MapAutoScaling(\"/autoscaling\") must say who may steer", error.Message, StringComparison.Ordinal);
        await host.App.DisposeAsync();
    }

    [Fact]
    public async Task Start_InAGroupWithoutANamedPolicy_TheHostStops()
    {
        await using var host = await WebHost.StartAsync(new() { Map = app => app.MapGroup("/ops").MapAutoScaling() });
        Assert.True(host.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Contains(host.Log.GetSnapshot(), l => l.Level == LogLevel.Critical && l.Message.StartsWith("The host stops: MapAutoScaling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_TheGroupOrAFallbackNamesOne_Starts()
    {
        await using var group = await WebHost.StartAsync(new() { Map = app => app.MapGroup("/ops").RequireAuthorization("look").MapAutoScaling() });
        using var client = group.Client(null);
        Assert.Equal(401, (int)(await client.GetAsync("/ops/autoscaling/status", Stop)).StatusCode);
        await using var fallback = await WebHost.StartAsync(new()
        {
            Services = s => s.AddAuthorizationBuilder().AddFallbackPolicy("all", p => p.RequireRole("operator")),
            Map = app => app.MapAutoScaling(),
        });
        using var nobody = fallback.Client(null);
        Assert.Equal(401, (int)(await nobody.GetAsync("/autoscaling/", Stop)).StatusCode);
    }

    [Theory]
    [InlineData(null, 401, 401)]
    [InlineData("guest", 403, 403)]
    [InlineData("viewer", 200, 403)]
    [InlineData("operator", 200, 200)]
    public async Task Endpoints_ByWhoAsks(string? user, int look, int steer)
    {
        await using var host = await WebHost.StartAsync(new());
        using var client = host.Client(user);
        foreach (var path in new[] { "", "dashboard.js", "dashboard.css", "plots.js", "target.js", "icon.svg", "status", "target?name=web", "decisions?name=web", "policy?name=web", "view", "view/target?name=web" })
        {
            using var answer = await client.GetAsync($"/autoscaling/{path}", Stop);
            Assert.Equal((path, look), (path, (int)answer.StatusCode));
        }

        foreach (var path in new[] { "stream", "view/live", "view/target/live?name=web" })
        {
            using var answer = await client.GetAsync($"/autoscaling/{path}", HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal((path, look), (path, (int)answer.StatusCode));
        }

        Assert.Equal(steer, await PostAsync(client, "pause"));
        Assert.Equal(steer == 200, host.AutoScaler.GetStatus("web").Override is not null);
        if (look != 200) return;
        Assert.Equal(steer == 200, (await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<System.Text.Json.JsonElement>(client, "/autoscaling/view/target?name=web", Stop)).GetProperty("canControl").GetBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Control_EverybodyMayLook_StillNeedsItsPolicy(bool said)
    {
        // AllowAnonymous would otherwise open control, too, whatever policy it names: said before, after, and by a group around.
        await using var host = await WebHost.StartAsync(new()
        {
            Map = app =>
            {
                if (said) app.MapAutoScaling().WithControl("steer").AllowAnonymous();
                else app.MapGroup("").AllowAnonymous().MapAutoScaling().AllowAnonymous().WithControl("steer");
            },
        });
        using var nobody = host.Client(null);
        Assert.Equal(200, (int)(await nobody.GetAsync("/autoscaling/", Stop)).StatusCode);
        Assert.Equal(401, await PostAsync(nobody, "pause"));
        using var viewer = host.Client("viewer");
        Assert.Equal(403, await PostAsync(viewer, "pause"));
        using var someone = host.Client();
        Assert.Equal(200, await PostAsync(someone, "pause"));
    }

    [Fact]
    public async Task Control_NotAskedFor_IsNotThere()
    {
        await using var host = await WebHost.StartAsync(new() { Map = app => app.MapAutoScaling().AllowAnonymous() });
        using var client = host.Client();
        Assert.Equal(404, await PostAsync(client, "pause"));
    }

    [Fact]
    public async Task Control_SaidToBeForEverybody_SaysThatNobodySignedIn()
    {
        await using var host = await WebHost.StartAsync(new() { Map = app => app.MapAutoScaling().AllowAnonymous().WithControl(c => c.AllowAnonymous()) });
        using var nobody = host.Client(null);
        Assert.Equal(200, await PostAsync(nobody, "pause"));
        Assert.Equal("somebody who did not sign in", host.AutoScaler.GetStatus("web").Override!.By);
    }

    [Fact]
    public void Map_NoAutoScaler_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var error = Assert.Throws<ScalingException>(() => builder.Build().MapAutoScaling());
        Assert.Equal("MapAutoScaling(\"/autoscaling\") needs services.AddAutoScaling(...), which was not called.", error.Message);
    }

    [Theory]
    [InlineData(0, "HistoryPoints must be between 2 and 10000, but is 0.")]
    public void Options_OutOfBounds_SaySo(int points, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ScalingException>(() => new AutoScalingEndpointOptions { HistoryPoints = points }).Message);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("shop")]
    [InlineData("")]
    public void Home_NoPlaceOfAWebsite_IsRefused(string home) => Assert.Equal(
        $"Home must be a path that begins with / or a URL of http or https, but is '{home}'.",
        Assert.Throws<ScalingException>(() => new AutoScalingEndpointOptions { Home = home }).Message);

    [Theory]
    [InlineData("/")]
    [InlineData("/shop?from=autoscaling")]
    [InlineData("https://shop.example/")]
    [InlineData(null)]
    public void Home_APlace_IsKept(string? home) => Assert.Equal(home, new AutoScalingEndpointOptions { Home = home }.Home);

    private static async Task<int> PostAsync(HttpClient client, string path)
    {
        using var body = new StringContent("""{ "target": "web" }""", null, "application/json");
        using var answer = await client.PostAsync($"/autoscaling/{path}", body, Stop);
        return (int)answer.StatusCode;
    }
}
