using System.Diagnostics.CodeAnalysis;
using AutoScaling;
using AutoScaling.Ports;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Says who is asked for metrics, who scales, and who is told.</summary>
public static class AutoScalingPortExtensions
{
    /// <summary>Sets the metric source that is asked when a rule names none.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="provider">Creates the source.</param>
    public static AutoScalingBuilder UseMetrics(this AutoScalingBuilder builder, Func<IServiceProvider, IMetricsProvider> provider)
    {
        builder.Services.AddSingleton(provider);
        return builder;
    }

    /// <summary>Sets the metric source that is asked when a rule names none.</summary>
    /// <param name="builder">The builder.</param>
    /// <typeparam name="T">The source, whose constructor arguments are services.</typeparam>
    public static AutoScalingBuilder UseMetrics<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder)
        where T : class, IMetricsProvider
    {
        builder.Services.AddSingleton<IMetricsProvider, T>();
        return builder;
    }

    /// <summary>Adds a metric source that rules ask by name: <c>queue@orders</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, not empty.</param>
    /// <param name="provider">Creates the source.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddMetrics(
        this AutoScalingBuilder builder, string name, Func<IServiceProvider, IMetricsProvider> provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        builder.Services.AddKeyedSingleton(Named(name, "a metric source"), (services, _) => provider(services));
        return builder;
    }

    /// <summary>Adds a metric source that rules ask by name: <c>queue@orders</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, not empty.</param>
    /// <typeparam name="T">The source, whose constructor arguments are services.</typeparam>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddMetrics<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder, string name)
        where T : class, IMetricsProvider
    {
        builder.Services.AddKeyedSingleton<IMetricsProvider, T>(Named(name, "a metric source"));
        return builder;
    }

    /// <summary>Sets the scaler of policies that name none.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="scaler">Creates the scaler.</param>
    public static AutoScalingBuilder UseScaler(this AutoScalingBuilder builder, Func<IServiceProvider, IScaler> scaler)
    {
        builder.Services.AddSingleton(scaler);
        return builder;
    }

    /// <summary>Sets the scaler of policies that name none.</summary>
    /// <param name="builder">The builder.</param>
    /// <typeparam name="T">The scaler, whose constructor arguments are services.</typeparam>
    public static AutoScalingBuilder UseScaler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder)
        where T : class, IScaler
    {
        builder.Services.AddSingleton<IScaler, T>();
        return builder;
    }

    /// <summary>Adds a scaler that policies ask for by name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, not empty.</param>
    /// <param name="scaler">Creates the scaler.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddScaler(this AutoScalingBuilder builder, string name, Func<IServiceProvider, IScaler> scaler)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        builder.Services.AddKeyedSingleton(Named(name, "a scaler"), (services, _) => scaler(services));
        return builder;
    }

    /// <summary>Adds a scaler that policies ask for by name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, not empty.</param>
    /// <typeparam name="T">The scaler, whose constructor arguments are services.</typeparam>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static AutoScalingBuilder AddScaler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder, string name)
        where T : class, IScaler
    {
        builder.Services.AddKeyedSingleton<IScaler, T>(Named(name, "a scaler"));
        return builder;
    }

    /// <summary>Adds an observer of all evaluations.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="observer">Creates the observer.</param>
    public static AutoScalingBuilder AddObserver(this AutoScalingBuilder builder, Func<IServiceProvider, IScalingObserver> observer)
    {
        builder.Services.AddSingleton(observer);
        return builder;
    }

    /// <summary>Adds an observer of all evaluations.</summary>
    /// <param name="builder">The builder.</param>
    /// <typeparam name="T">The observer, whose constructor arguments are services.</typeparam>
    public static AutoScalingBuilder AddObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder)
        where T : class, IScalingObserver
    {
        builder.Services.AddSingleton<IScalingObserver, T>();
        return builder;
    }

    /// <summary>Calls back after every evaluation, one after the other.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="evaluated">Is given what was seen, decided and done; quick, and throws nothing.</param>
    public static AutoScalingBuilder OnEvaluated(this AutoScalingBuilder builder, Action<ScalingRecord> evaluated)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        return builder.AddObserver(_ => new CallbackObserver(evaluated));
    }

    /// <summary>
    /// Sets where what is remembered of the targets is kept, so that a restart changes no decision and a crash leads to no second scaling.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="store">Creates the store.</param>
    public static AutoScalingBuilder UseStateStore(this AutoScalingBuilder builder, Func<IServiceProvider, IScalingStateStore> store)
    {
        builder.Services.AddSingleton(store);
        return builder;
    }

    /// <summary>
    /// Sets where what is remembered of the targets is kept, so that a restart changes no decision and a crash leads to no second scaling.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <typeparam name="T">The store, whose constructor arguments are services.</typeparam>
    public static AutoScalingBuilder UseStateStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this AutoScalingBuilder builder)
        where T : class, IScalingStateStore
    {
        builder.Services.AddSingleton<IScalingStateStore, T>();
        return builder;
    }

    // Nothing could name what has no name.
    private static string Named(string name, string what) => string.IsNullOrWhiteSpace(name)
        ? throw ScalingException.Invalid($"Name of {what} must not be empty, but is '{name}'.")
        : name;
}
