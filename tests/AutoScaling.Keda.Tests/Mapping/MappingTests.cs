using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Keda.Tests.Mapping;

/// <summary>A host must say who may ask, and call what belongs together.</summary>
public sealed class MappingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NobodySaysWhoMayAsk_DoesNotStart()
    {
        await using var app = Build(s => s.AddAutoScaling().UseSimulation().AddKeda());
        app.MapAutoScalingKeda();
        var error = await Assert.ThrowsAsync<ScalingException>(() => app.StartAsync(Cancellation));
        Assert.Equal(
            (ScalingErrorKind.InvalidConfiguration,
                "MapAutoScalingKeda() must be followed by RequireAuthorization(...), so that not everybody can ask, or by AllowAnonymous(), if everybody may."),
            (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("AllowAnonymous")]
    [InlineData("RequireAuthorization")]
    [InlineData("FallbackPolicy")]
    public async Task Start_SomebodySays_Starts(string how)
    {
        await using var app = Build(s =>
        {
            s.AddAutoScaling().UseSimulation().AddKeda();
            s.AddAuthentication();
            s.AddAuthorization(o => o.FallbackPolicy = how == "FallbackPolicy" ? new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build() : null);
        });
        var service = app.MapAutoScalingKeda();
        if (how == "AllowAnonymous") service.AllowAnonymous();
        if (how == "RequireAuthorization") service.RequireAuthorization();
        await app.StartAsync(Cancellation);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Map_WithoutAddKeda_SaysSo()
    {
        await using var app = Build(s => s.AddAutoScaling().UseSimulation());
        Assert.Equal(
            "MapAutoScalingKeda() needs services.AddAutoScaling(...).AddKeda(), which was not called.",
            Assert.Throws<ScalingException>(() => app.MapAutoScalingKeda()).Message);
    }

    private static WebApplication Build(Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        services(builder.Services);
        return builder.Build();
    }
}
