using Microsoft.Extensions.Hosting;

namespace AutoScaling.Prometheus.Tests.Readme;

/// <summary>The code of the package's README, region by region, so that the compiler reads it too.</summary>
internal static class Snippets
{
    public static AutoScalingBuilder Code(HostApplicationBuilder builder)
    {
        #region code
        builder.Services.AddAutoScaling(builder.Configuration.GetSection("AutoScaling"))
            .AddPrometheus("prom", new Uri("http://prometheus:9090"), p =>
            {
                p.TargetLabel = "service"; // its value is the target's name
                p.Add("rps", "sum by (service) (rate(http_requests_total[2m]))");
                p.Add("queue", "queue_depth"); // a plain selector: how old the sample is, is asked as well
            });
        #endregion
        return builder.Services.AddAutoScaling();
    }

    public static void Configuration(HostApplicationBuilder builder)
    {
        #region configuration
        var section = builder.Configuration.GetSection("AutoScaling");
        builder.Services.AddAutoScaling(section).AddPrometheus(section.GetSection("Prometheus"));
        #endregion
    }

    public static void Handler(HostApplicationBuilder builder, AutoScalingBuilder autoScaling)
    {
        #region handler
        builder.Services.AddTransient<SigningHandler>();
        autoScaling.ConfigurePrometheusClient("prom", client => client.AddHttpMessageHandler<SigningHandler>());
        #endregion
    }

    private sealed class SigningHandler : DelegatingHandler;
}
