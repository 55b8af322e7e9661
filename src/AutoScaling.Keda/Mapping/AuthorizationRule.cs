using AutoScaling.Keda.Serving;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AutoScaling.Keda.Mapping;

/// <summary>It must be said who may ask: an authorization policy, or nobody in particular by name.</summary>
internal static class AuthorizationRule
{
    /// <exception cref="ScalingException">It is not (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static void Check(IServiceProvider services)
    {
        if (services.GetService<IOptions<AuthorizationOptions>>()?.Value.FallbackPolicy is not null) return;
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints)
        {
            var isOurs = endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType == typeof(ScalerService);
            if (isOurs && !Says(endpoint))
            {
                throw new ScalingException(
                    ScalingErrorKind.InvalidConfiguration,
                    "MapAutoScalingKeda() must be followed by RequireAuthorization(...), so that not everybody can ask, "
                    + "or by AllowAnonymous(), if everybody may.");
            }
        }
    }

    private static bool Says(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null
        || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
}
