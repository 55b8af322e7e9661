using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AutoScaling;

/// <summary>Says what is scaled, by which metrics and by which scaler. Other packages add calls of their own.</summary>
public sealed class AutoScalingBuilder
{
    internal AutoScalingBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that everything is registered with.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a policy.</summary>
    /// <param name="policy">The policy.</param>
    public AutoScalingBuilder AddPolicy(ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Services.AddSingleton(new PolicyRegistration(_ => policy));
        return this;
    }

    /// <summary>Adds a policy with the threshold rule; what is left out comes from <see cref="AutoScalingOptions"/>.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="min">The least replicas.</param>
    /// <param name="max">The most replicas.</param>
    /// <param name="cpuTarget">The CPU target in percent.</param>
    /// <param name="memoryTarget">The memory target in percent.</param>
    public AutoScalingBuilder AddPolicy(string service, int? min = null, int? max = null, double? cpuTarget = null, double? memoryTarget = null)
    {
        Services.AddSingleton(new PolicyRegistration(defaults => (defaults with
        {
            Range = new(min ?? defaults.Range.Min, max ?? defaults.Range.Max),
            CpuTarget = cpuTarget ?? defaults.CpuTarget,
            MemoryTarget = memoryTarget ?? defaults.MemoryTarget,
        }).For(service)));
        return this;
    }

    /// <summary>Adds the policies of a configuration section, and follows its changes.</summary>
    /// <param name="section">The section that holds <c>Policies</c>.</param>
    public AutoScalingBuilder AddPolicies(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return AddSource((defaults, rules) => new ConfigurationPolicies(section, defaults, rules));
    }

    /// <summary>Adds the policies of a JSON or YAML file, and follows its changes.</summary>
    /// <param name="path">The file, ending in <c>.json</c>, <c>.yaml</c> or <c>.yml</c>.</param>
    public AutoScalingBuilder AddPolicyFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AddSource((defaults, rules) => new FilePolicies(path, defaults, rules));
    }

    /// <summary>Lets policy documents name a rule of your own.</summary>
    /// <param name="type">Its name, and how it is read and written.</param>
    public AutoScalingBuilder AddRuleType(RuleType type)
    {
        Services.AddSingleton(type);
        return this;
    }

    /// <summary>Sets the metric source that is asked when a rule names none.</summary>
    /// <param name="provider">Creates the source.</param>
    public AutoScalingBuilder UseMetrics(Func<IServiceProvider, IMetricsProvider> provider)
    {
        Services.AddSingleton(provider);
        return this;
    }

    /// <summary>Sets the metric source that is asked when a rule names none.</summary>
    /// <typeparam name="T">The source, whose constructor arguments are services.</typeparam>
    public AutoScalingBuilder UseMetrics<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IMetricsProvider
    {
        Services.AddSingleton<IMetricsProvider, T>();
        return this;
    }

    /// <summary>Adds a metric source that rules ask by name: <c>queue@orders</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="provider">Creates the source.</param>
    public AutoScalingBuilder AddMetrics(string name, Func<IServiceProvider, IMetricsProvider> provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Services.AddKeyedSingleton(name, (services, _) => provider(services));
        return this;
    }

    /// <summary>Adds a source that reads the host's own .NET instruments, which rules ask by name: <c>queue@orders</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="metrics">Which instruments, and how they become metrics.</param>
    public AutoScalingBuilder AddMeters(string name, params ImmutableArray<MeterMetric> metrics) =>
        AddMetrics(name, services => new MeterMetricsProvider(metrics, services.GetRequiredService<TimeProvider>()));

    /// <summary>Puts a cache before every metric source.</summary>
    /// <param name="options">How long readings are kept; <see langword="null"/> for the defaults.</param>
    public AutoScalingBuilder CacheMetrics(MetricsCacheOptions? options = null)
    {
        Services.AddSingleton(services => new MetricsDecorator(
            inner => new CachingMetricsProvider(inner, services.GetRequiredService<TimeProvider>(), options)));
        return this;
    }

    /// <summary>Sets the scaler of policies that name none.</summary>
    /// <param name="scaler">Creates the scaler.</param>
    public AutoScalingBuilder UseScaler(Func<IServiceProvider, IScaler> scaler)
    {
        Services.AddSingleton(scaler);
        return this;
    }

    /// <summary>Sets the scaler of policies that name none.</summary>
    /// <typeparam name="T">The scaler, whose constructor arguments are services.</typeparam>
    public AutoScalingBuilder UseScaler<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IScaler
    {
        Services.AddSingleton<IScaler, T>();
        return this;
    }

    /// <summary>Adds a scaler that policies ask for by name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="scaler">Creates the scaler.</param>
    public AutoScalingBuilder AddScaler(string name, Func<IServiceProvider, IScaler> scaler)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        Services.AddKeyedSingleton(name, (services, _) => scaler(services));
        return this;
    }

    /// <summary>Scales local processes, by their own CPU and memory use. Linux and macOS.</summary>
    /// <param name="specs">How the processes of each target are started and stopped.</param>
    public AutoScalingBuilder UseProcesses(params ImmutableArray<ProcessSpec> specs)
    {
        Services.TryAddSingleton(services => new ProcessScaler(specs, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ProcessScaler>>()));
        Services.TryAddSingleton(services => new ProcessMetricsProvider(services.GetRequiredService<ProcessScaler>(), services.GetRequiredService<TimeProvider>()));
        return UseScaler(services => services.GetRequiredService<ProcessScaler>()).UseMetrics(services => services.GetRequiredService<ProcessMetricsProvider>());
    }

    /// <summary>Touches nothing: made-up metrics, and a scaler that only counts.</summary>
    /// <param name="options">How the metrics are made up; <see langword="null"/> for the defaults.</param>
    public AutoScalingBuilder UseSimulation(SimulatedMetricsOptions? options = null)
    {
        Services.TryAddSingleton(services => new FakeScaler(services.GetRequiredService<TimeProvider>()));
        return UseScaler(services => services.GetRequiredService<FakeScaler>())
            .UseMetrics(services => new SimulatedMetricsProvider(services.GetRequiredService<TimeProvider>(), options));
    }

    /// <summary>Keeps what is remembered of the targets in a file, so that a restart changes no decision.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public AutoScalingBuilder SaveStateTo(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Services.AddSingleton<IScalingStateStore>(new FileStateStore(path));
        return this;
    }

    /// <summary>Writes every evaluation to a file, one JSON line each, from which it can be decided again.</summary>
    /// <param name="path">The file, to which lines are added.</param>
    public AutoScalingBuilder LogDecisionsTo(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Services.AddSingleton<IScalingObserver>(services => new DecisionLog(path, services.GetServices<RuleType>()));
        return this;
    }

    /// <summary>Adds an observer of all evaluations.</summary>
    /// <param name="observer">Creates the observer.</param>
    public AutoScalingBuilder AddObserver(Func<IServiceProvider, IScalingObserver> observer)
    {
        Services.AddSingleton(observer);
        return this;
    }

    /// <summary>Calls back after every evaluation, from several threads at once when there are several targets.</summary>
    /// <param name="evaluated">Is given what was seen, decided and done; quick, and throws nothing.</param>
    public AutoScalingBuilder OnEvaluated(Action<ScalingRecord> evaluated)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        return AddObserver(_ => new CallbackObserver(evaluated));
    }

    private AutoScalingBuilder AddSource(Func<Func<PolicyDefaults>, IEnumerable<RuleType>, PolicySource> create)
    {
        Services.AddSingleton(services => create(services.PolicyDefaults, [.. services.GetServices<RuleType>()]));
        return this;
    }
}
