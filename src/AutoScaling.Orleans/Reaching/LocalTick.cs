using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Orleans.Reaching;

/// <summary>Evaluates what is due of this silo's targets, for hosts that tick by hand; a client has none.</summary>
internal sealed class LocalTick(IServiceProvider services)
{
    public Task<int> TickAsync(CancellationToken cancellationToken) =>
        services.GetKeyedService<IAutoScaler>(ITargetShare.LocalAutoScaler)?.TickAsync(cancellationToken)
        ?? throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration,
            "TickAsync must be called in a silo, which has targets of its own, but this is a client.");
}
