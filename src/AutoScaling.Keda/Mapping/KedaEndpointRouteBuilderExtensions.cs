using AutoScaling;
using AutoScaling.Keda.Mapping;
using AutoScaling.Keda.Serving;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable IDE0130 // Where users of routing look for it.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps the external scaler.</summary>
public static class KedaEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps KEDA's service <c>externalscaler.ExternalScaler</c>: the count that a policy in <c>mode: recommend</c> wants for the target
    /// that the trigger's metadata names (<c>target: team-a/web</c>). Say who may ask, by <c>RequireAuthorization(...)</c> or
    /// <c>AllowAnonymous()</c>: a host that says neither does not start. KEDA speaks HTTP/2, and without TLS the endpoint must speak
    /// nothing else (<c>Protocols: Http2</c>).
    /// </summary>
    /// <param name="app">The host.</param>
    /// <exception cref="ScalingException">
    /// <c>AddAutoScaling</c> or <c>AddKeda</c> was not called (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static IEndpointConventionBuilder MapAutoScalingKeda(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetService<IAutoScaler>() is null || app.Services.GetService<ScalerService>() is null)
        {
            throw new ScalingException(
                ScalingErrorKind.InvalidConfiguration,
                "MapAutoScalingKeda() needs services.AddAutoScaling(...).AddKeda(), which was not called.");
        }

        var service = app.MapGrpcService<ScalerService>();

        // The pipeline is built when the server starts, before it listens. By then all is said.
        ((IApplicationBuilder)app).Use(next =>
        {
            AuthorizationRule.Check(app.Services);
            return next;
        });
        return service;
    }
}
