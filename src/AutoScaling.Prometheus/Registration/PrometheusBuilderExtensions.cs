using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Reading;
using AutoScaling.Prometheus.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace AutoScaling.Prometheus;

/// <summary>Registers Prometheus servers as metric sources.</summary>
public static class PrometheusBuilderExtensions
{
    /// <summary>
    /// Adds a server as a metric source. Rules name its metrics <c>rps@prom</c>, or bring an expression of their own:
    /// <c>metric: { prom: "sum(rate(requests_total{service='{target}'}[2m]))" }</c>.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The source's name.</param>
    /// <param name="url">Where the server is.</param>
    /// <param name="configure">Sets the metrics, and how the server is asked.</param>
    public static AutoScalingBuilder AddPrometheus(
        this AutoScalingBuilder builder, string name, Uri url, Action<PrometheusOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Add(
            builder,
            name,
            () =>
            {
                var options = new PrometheusOptions { Url = url };
                configure?.Invoke(options);
                return options;
            },
            changes: null);
    }

    /// <summary>
    /// Adds a server as a metric source, with the settings of a section of the configuration, which are read again when they change.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The source's name.</param>
    /// <param name="section">
    /// The settings, by the names of <see cref="PrometheusOptions"/>. Any other name keeps the host from starting.
    /// </param>
    public static AutoScalingBuilder AddPrometheus(this AutoScalingBuilder builder, string name, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationSettings.Own(builder, section);
        return Add(builder, name, () => OptionsReader.Read(section), section.GetReloadToken);
    }

    /// <summary>
    /// Adds every server of a section of the configuration: <c>AutoScaling:Prometheus</c> with <c>prom: { Url: ... }</c>.
    /// </summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="section">
    /// The servers by the names of their sources. The settings of each are read again when they change; a server that is added needs a new
    /// start of the host, and the log says so.
    /// </param>
    public static AutoScalingBuilder AddPrometheus(this AutoScalingBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationSettings.Own(builder, section);
        foreach (var server in section.GetChildren()) builder.AddPrometheus(server.Key, server);
        builder.Services.AddSingleton<IHostedService>(
            services => new NewServers(section, services.GetRequiredService<ILogger<PrometheusSource>>()));
        return builder;
    }

    /// <summary>Adds to the HTTP client of a server what the settings do not know: a message handler that authenticates.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The source's name.</param>
    /// <param name="configure">Adds it: <c>client => client.AddHttpMessageHandler&lt;SigningHandler&gt;()</c>.</param>
    public static AutoScalingBuilder ConfigurePrometheusClient(
        this AutoScalingBuilder builder, string name, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Services.AddHttpClient(ClientName(name)));
        return builder;
    }

    private static AutoScalingBuilder Add(
        AutoScalingBuilder builder, string name, Func<PrometheusOptions> read, Func<IChangeToken>? changes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddHttpClient(ClientName(name), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(services => Handlers.Create(Source(services).Options))
            .RemoveAllLoggers()
            .AddStandardResilienceHandler()
            .Configure((options, services) => Waiting.Configure(options, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton(name, (services, _) => Create(services));
        builder.Services.AddSingleton(Source);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SourceChecks>());
        return builder.AddMetrics(name, Source);

        PrometheusSource Source(IServiceProvider services) => services.GetRequiredKeyedService<PrometheusSource>(name);

        PrometheusSource Create(IServiceProvider services)
        {
            try
            {
                var logger = services.GetRequiredService<ILogger<PrometheusSource>>();
                return new(name, read, changes, options => Server(services, options), logger);
            }
            catch (ScalingException e)
            {
                throw new ScalingException([.. e.Errors.Select(error => $"Prometheus server '{name}': {error}")]);
            }
        }

        PrometheusServer Server(IServiceProvider services, PrometheusOptions options)
        {
            var clients = services.GetRequiredService<IHttpClientFactory>();
            return new(options, () => clients.CreateClient(ClientName(name)), services.GetRequiredService<TimeProvider>());
        }
    }

    private static string ClientName(string source) => $"AutoScaling.Prometheus.{source}";
}
