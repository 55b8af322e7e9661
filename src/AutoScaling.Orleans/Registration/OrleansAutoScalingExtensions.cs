using AutoScaling;
using AutoScaling.Orleans;
using AutoScaling.Orleans.Grains;
using AutoScaling.Orleans.Reaching;
using AutoScaling.Orleans.Saving;
using AutoScaling.Orleans.Settings;
using AutoScaling.Orleans.Sharing;
using AutoScaling.Orleans.Ticking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

#pragma warning disable IDE0130 // Where users of Orleans look for it.
namespace Orleans.Hosting;
#pragma warning restore IDE0130

/// <summary>Shares out the targets of an autoscaler among the silos of a cluster.</summary>
public static class OrleansAutoScalingExtensions
{
    /// <summary>
    /// Has this silo look after its share of the targets, and <see cref="IAutoScaler"/> reach all of them. What is scaled, by which metrics
    /// and by which scaler, is said as in a host that is alone, by <c>services.AddAutoScaling()</c>, and is the same on every silo. What is
    /// remembered of the targets is in the silo's grain storage.
    /// </summary>
    /// <param name="silo">The silo.</param>
    public static ISiloBuilder AddAutoScaling(this ISiloBuilder silo) => silo.AddAutoScaling(_ => { });

    /// <summary>As <see cref="AddAutoScaling(ISiloBuilder)"/>, with settings.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Sets how the targets are shared out.</param>
    public static ISiloBuilder AddAutoScaling(this ISiloBuilder silo, Action<OrleansScalingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(silo);
        var services = silo.Services;
        if (services.Any(s => s.ServiceType == typeof(BucketShare)))
        {
            services.Configure(configure);
            return silo;
        }

        services.AddAutoScaling();
        AddCluster(services, configure);

        // The autoscaler of the silo alone answers for its targets, beside that of the cluster, which everybody else is given.
        var local = services.Last(s => s.ServiceType == typeof(IAutoScaler) && !s.IsKeyedService).ImplementationType!;
        services.AddKeyedSingleton(typeof(IAutoScaler), ITargetShare.LocalAutoScaler, local);
        services.Replace(ServiceDescriptor.Singleton<IAutoScaler, ClusterAutoScaler>());
        services.AddSingleton<BucketShare>();
        services.AddSingleton<ITargetShare>(s => s.GetRequiredService<BucketShare>());
        services.AddSingleton<IScalingStateStore, GrainStateStore>();
        services.AddSingleton<LocalCalls>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Poker>();
        return silo;
    }

    /// <summary>
    /// Has <see cref="IAutoScaler"/> reach the targets of a cluster from a client of it, which evaluates nothing: for dashboards, health
    /// checks and programs beside the cluster. Types of rules of your own are added as in the silos, so that policies can be read.
    /// </summary>
    /// <param name="client">The client.</param>
    public static IClientBuilder AddAutoScaling(this IClientBuilder client) => client.AddAutoScaling(_ => { });

    /// <summary>As <see cref="AddAutoScaling(IClientBuilder)"/>, with settings.</summary>
    /// <param name="client">The client.</param>
    /// <param name="configure">Sets how the targets are shared out; the same as on the silos.</param>
    public static IClientBuilder AddAutoScaling(this IClientBuilder client, Action<OrleansScalingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(client);
        client.Services.TryAddSingleton(TimeProvider.System);
        client.Services.AddOptions<AutoScalingOptions>();
        AddCluster(client.Services, configure);
        client.Services.AddSingleton<IAutoScaler, ClusterAutoScaler>();
        return client;
    }

    private static void AddCluster(IServiceCollection services, Action<OrleansScalingOptions> configure)
    {
        services.AddOptions<OrleansScalingOptions>().ValidateOnStart();
        services.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OrleansScalingOptions>, OrleansScalingOptionsValidator>());
        services.AddSingleton<BucketJson>();
        services.AddSingleton<Buckets>();
        services.AddSingleton<ClusterStatus>();
        services.AddSingleton<ClusterRecords>();
        services.AddSingleton<LocalTick>();
    }
}
