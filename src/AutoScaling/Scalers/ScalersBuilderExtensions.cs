using AutoScaling;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Scales by programs and by requests.</summary>
public static class AutoScalingScalerExtensions
{
    /// <summary>Scales the targets of policies that name no scaler by programs. Linux and macOS.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Which programs.</param>
    public static AutoScalingBuilder UseCommandScaler(this AutoScalingBuilder builder, CommandScalerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseScaler(services => new CommandScaler(options, services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds a scaler by programs that policies ask for by name. Linux and macOS.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">Which programs.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddCommandScaler(this AutoScalingBuilder builder, string name, CommandScalerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.AddScaler(name, services => new CommandScaler(options, services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Scales the targets of policies that name no scaler by requests.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Which requests.</param>
    public static AutoScalingBuilder UseHttpScaler(this AutoScalingBuilder builder, HttpScalerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseScaler(services => new HttpScaler(options, services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds a scaler by requests that policies ask for by name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">Which requests.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddHttpScaler(this AutoScalingBuilder builder, string name, HttpScalerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.AddScaler(name, services => new HttpScaler(options, services.GetRequiredService<TimeProvider>()));
    }
}
