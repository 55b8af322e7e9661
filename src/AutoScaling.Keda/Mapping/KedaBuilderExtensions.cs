using AutoScaling.Keda.Serving;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoScaling.Keda;

/// <summary>Registers the external scaler with the autoscaler.</summary>
public static class KedaBuilderExtensions
{
    // What KEDA sends is a name and a few settings.
    private const int LargestRequest = 64 * 1024;

    // All ScaledObjects of a KEDA share one connection, and each that pushes keeps a stream open in it. Kestrel's own limit of 100 would
    // let all further calls wait, those for values, too.
    private const int MostStreams = 20_000;

    /// <summary>
    /// Lets KEDA ask for what policies in <c>mode: recommend</c> decide. Map it by
    /// <see cref="Microsoft.AspNetCore.Builder.KedaEndpointRouteBuilderExtensions.MapAutoScalingKeda"/>. Every connection of the host may
    /// then have 20,000 streams of HTTP/2 at once, unless it may have more.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    public static AutoScalingBuilder AddKeda(this AutoScalingBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ScalerService>();
        builder.Services.AddGrpc().AddServiceOptions<ScalerService>(options => options.MaxReceiveMessageSize = LargestRequest);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            var limits = kestrel.Limits.Http2;
            if (limits.MaxStreamsPerConnection < MostStreams) limits.MaxStreamsPerConnection = MostStreams;
        });
        return builder;
    }
}
