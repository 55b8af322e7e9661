using AutoScaling.Prometheus.Client;
using AutoScaling.Prometheus.Reading;
using AutoScaling.Prometheus.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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
    /// <param name="httpClient">Adds what the HTTP client needs beside that: a message handler that authenticates.</param>
    public static AutoScalingBuilder AddPrometheus(
        this AutoScalingBuilder builder,
        string name,
        Uri url,
        Action<PrometheusOptions>? configure = null,
        Action<IHttpClientBuilder>? httpClient = null)
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
            changes: null,
            httpClient);
    }

    /// <summary>Adds a server as a metric source, with the settings of a section of the configuration, which are read again when they change.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="name">The source's name.</param>
    /// <param name="section">The settings, by the names of <see cref="PrometheusOptions"/>. Any other name keeps the host from starting.</param>
    /// <param name="configure">Sets what the section leaves out.</param>
    /// <param name="httpClient">Adds what the HTTP client needs beside that.</param>
    public static AutoScalingBuilder AddPrometheus(
        this AutoScalingBuilder builder,
        string name,
        IConfigurationSection section,
        Action<PrometheusOptions>? configure = null,
        Action<IHttpClientBuilder>? httpClient = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationSettings.Own(builder, section);
        return Add(builder, name, () => OptionsReader.Read(section, configure), section.GetReloadToken, httpClient);
    }

    /// <summary>Adds every server of a section of the configuration: <c>AutoScaling:Prometheus</c> with <c>prom: { Url: ... }</c>.</summary>
    /// <param name="builder">The autoscaler.</param>
    /// <param name="section">
    /// The servers by the names of their sources. The settings of each are read again when they change; a server that is added needs a new
    /// start of the host.
    /// </param>
    /// <param name="httpClient">Adds what the HTTP clients need beside that.</param>
    public static AutoScalingBuilder AddPrometheus(
        this AutoScalingBuilder builder, IConfigurationSection section, Action<IHttpClientBuilder>? httpClient = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationSettings.Own(builder, section);
        foreach (var server in section.GetChildren()) builder.AddPrometheus(server.Key, server, configure: null, httpClient);
        return builder;
    }

    private static AutoScalingBuilder Add(
        AutoScalingBuilder builder, string name, Func<PrometheusOptions> read, Func<IChangeToken>? changes, Action<IHttpClientBuilder>? httpClient)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var clientName = $"AutoScaling.Prometheus.{name}";
        var client = builder.Services.AddHttpClient(clientName, c => c.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(s => Handlers.Create(s.GetRequiredKeyedService<PrometheusSource>(name).Options))
            .RemoveAllLoggers();
        client.AddStandardResilienceHandler()
            .Configure((options, services) => Waiting.Configure(options, services.GetRequiredService<TimeProvider>()));
        httpClient?.Invoke(client);
        builder.Services.AddKeyedSingleton(name, (services, _) => Source(services));
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<PrometheusSource>(name));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SourceChecks>());
        return builder.AddMetrics(name, services => services.GetRequiredKeyedService<PrometheusSource>(name));

        PrometheusSource Source(IServiceProvider services)
        {
            var factory = services.GetRequiredService<IHttpClientFactory>();
            var time = services.GetRequiredService<TimeProvider>();
            return new(
                name, () => Told(read, name), changes, options => Told(() => new PrometheusServer(options, () => factory.CreateClient(clientName), time), name),
                services.GetRequiredService<ILogger<PrometheusSource>>());
        }
    }

    // Each sentence says which server it is about.
    private static T Told<T>(Func<T> make, string name)
    {
        try
        {
            return make();
        }
        catch (ScalingException e)
        {
            throw new ScalingException([.. e.Errors.Select(error => $"Prometheus server '{name}': {error}")]);
        }
    }
}
