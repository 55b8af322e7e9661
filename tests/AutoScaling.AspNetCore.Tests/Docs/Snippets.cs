using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.AspNetCore.Tests.Docs;

/// <summary>The code of README and page, so that the compiler reads it too. <see cref="DocsTests"/> compares them and runs it.</summary>
internal static class Snippets
{
    public static WebApplication Host(WebApplicationBuilder builder)
    {
        #region host
        builder.Services.AddAutoScaling(builder.Configuration.GetSection("AutoScaling")).UseSimulation();
        builder.Services.AddHealthChecks().AddAutoScaling();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("ops-read", p => p.RequireRole("developer", "operator"))
            .AddPolicy("ops-write", p => p.RequireRole("operator"));

        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapAutoScaling("/autoscaling")
            .RequireAuthorization("ops-read")
            .WithControl("ops-write");
        #endregion
        return app;
    }
}
