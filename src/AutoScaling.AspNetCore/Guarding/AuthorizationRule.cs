using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>Endpoints must say who may use them: an authorization policy, or nobody in particular by name.</summary>
internal static class AuthorizationRule
{
    /// <summary>Throws if an endpoint of a call says nothing.</summary>
    /// <exception cref="ScalingException">One does not (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static void Check(IServiceProvider services, object owner)
    {
        if (services.GetService<IOptions<AuthorizationOptions>>()?.Value.FallbackPolicy is not null) return;
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<EndpointMark>() is { } mark && mark.Owner == owner && !Says(endpoint))
                throw new ScalingException(ScalingErrorKind.InvalidConfiguration, Sentence(mark));
        }
    }

    private static bool Says(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null
        || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static string Sentence(EndpointMark mark) => mark.IsControl
        ? $"WithControl of MapAutoScaling(\"{mark.Prefix}\") must say who may steer: "
            + "name an authorization policy, or say c => c.AllowAnonymous()."
        : $"MapAutoScaling(\"{mark.Prefix}\") must be followed by RequireAuthorization(...), so that not everybody sees the autoscaler, "
            + "or by AllowAnonymous(), if everybody may.";
}
