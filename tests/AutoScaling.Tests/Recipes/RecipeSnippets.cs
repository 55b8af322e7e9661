using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Recipes;

/// <summary>The code of the page of recipes, so that the compiler reads it too.</summary>
internal static class RecipeSnippets
{
    public static void Wire(HostApplicationBuilder builder)
    {
        #region wire
        builder.Services.AddAutoScaling(builder.Configuration.GetSection("AutoScaling"))
            .UseCommandScaler(new CommandScalerOptions
            {
                Replicas = ["docker", "service", "inspect", "--format", "{{.Spec.Mode.Replicated.Replicas}}", "{target}"],
                Scale = ["docker", "service", "scale", "--detach", "{target}={replicas}"],
            })
            .AddHttpScaler("shop", new HttpScalerOptions
            {
                ReplicasUrl = "http://shop.local/workers/{target}",
                DesiredPointer = "/replicas",
                ScaleUrl = "http://shop.local/workers/{target}/replicas",
                ScaleBody = "{replicas}",
                Http = new() { TokenFile = "/run/secrets/shop" },
            })
            .AddCommandMetrics("redis", new CommandMetric { Name = "queue", Command = ["redis-cli", "--raw", "LLEN", "queue:{target}"] })
            .AddHttpMetrics("rabbit", new HttpOptions { User = "scaler", PasswordFile = "/run/secrets/rabbit" },
                new HttpMetric { Name = "queue", Url = "http://rabbitmq:15672/api/queues/%2F/{target}", ValuePointer = "/messages" });
        #endregion
    }
}
