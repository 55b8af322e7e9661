using System.Text;
using AutoScaling.Tests.Readme;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Recipes;

/// <summary>
/// The recipes of docker, nomad, kubectl and systemctl, with programs in their place that answer as they do: what is tested is what they are
/// told, and what is read of their answers.
/// </summary>
public sealed class RecipePageTests : RecipeTest
{
    [Fact]
    public async Task Docker_Recipe_ScalesTheService()
    {
        await File.WriteAllTextAsync(At("count"), "4\n", Cancellation);
        var docker = Program("docker", $"#!/bin/sh\necho \"$*\" >> '{At("calls")}'\ncase $2 in inspect) cat '{At("count")}' ;; scale) echo \"${{4#*=}}\" > '{At("count")}' ;; esac\n");
        var record = await Evaluate(Recipe("swarm", ("\"docker\"", $"\"{docker}\"")), "web");
        Assert.Equal((ScaleOutcome.Applied, "6\n"), (record.Outcome, await TextOf("count")));
        const string Inspect = "service inspect --format {{.Spec.Mode.Replicated.Replicas}} web";
        Assert.Equal([Inspect, Inspect, "service scale --detach web=6"], await File.ReadAllLinesAsync(At("calls"), Cancellation));
    }

    [Fact]
    public async Task Nomad_Recipe_ScalesTheJob()
    {
        var nomad = Program("nomad", $"#!/bin/sh\necho \"$*\" >> '{At("calls")}'\n[ $2 != inspect ] || echo '{{\"Job\":{{\"ID\":\"api\",\"TaskGroups\":[{{\"Name\":\"api\",\"Count\":4}}]}}}}'\n");
        var record = await Evaluate(Recipe("nomad", ("\"nomad\", \"job\"", $"\"{nomad}\", \"job\"")), "api");
        Assert.Equal(ScaleOutcome.Applied, record.Outcome);
        Assert.Equal(["job inspect api", "job inspect api", "job scale -detach api 6"], await File.ReadAllLinesAsync(At("calls"), Cancellation));
    }

    [Fact]
    public async Task Kubectl_Recipe_ScalesTheDeployment()
    {
        var kubectl = Program("kubectl", $"#!/bin/sh\necho \"$*\" >> '{At("calls")}'\n[ $1 != get ] || echo '{{\"desired\":4,\"ready\":4}}'\n");
        var record = await Evaluate(Recipe("kubectl", ("\"kubectl\"", $"\"{kubectl}\"")), "web");
        Assert.Equal(ScaleOutcome.Applied, record.Outcome);
        Assert.Equal("scale deployment --current-replicas=4 --replicas=6 -- web", (await File.ReadAllLinesAsync(At("calls"), Cancellation))[^1]);
    }

    [Fact]
    public async Task Systemctl_Recipe_StartsAndStopsUnits()
    {
        // One that keeps a file for each unit that is active.
        Directory.CreateDirectory(At("units"));
        Program("systemctl", $"#!/bin/sh\ncd '{At("units")}'\ncase $1 in start) : > \"$2\" ;; stop) rm \"$2\" ;; *) for u in *.service; do [ ! -e \"$u\" ] || echo \"$u loaded active\"; done ;; esac\n");
        var script = Program("scale-units", Assert.Single(Page.Blocks("sh")).Replace("systemctl", At("systemctl"), StringComparison.Ordinal) + "\n");
        for (var i = 1; i <= 4; i++) await File.WriteAllTextAsync(Path.Combine(At("units"), $"worker@{i}.service"), "", Cancellation);

        var scaler = Recipe("scale-units", ("/usr/local/bin/scale-units", script));
        Assert.Equal(ScaleOutcome.Applied, (await Evaluate(scaler, "worker")).Outcome);
        Assert.Equal(6, Directory.GetFiles(At("units")).Length);
        await scaler.ScaleAsync("worker", 2, cancellationToken: Cancellation);
        Assert.Equal(["worker@1.service", "worker@2.service"], Directory.GetFiles(At("units")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled()
    {
        var compiled = Document.Regions("tests/AutoScaling.Tests/Recipes/RecipeSnippets.cs").ToList();
        Assert.Equal(compiled, Page.Blocks("csharp"));
        var wired = Host.CreateEmptyApplicationBuilder(new());
        RecipeSnippets.Wire(wired);
        using var services = wired.Services.BuildServiceProvider();
        var ports = services.GetRequiredService<RegisteredPorts>();
        Assert.IsType<CommandScaler>(ports.Scaler(null));
        Assert.IsType<HttpScaler>(ports.Scaler("shop"));
        Assert.IsType<CommandMetricsProvider>(ports.Metrics("redis"));
        Assert.IsType<HttpMetricsProvider>(ports.Metrics("rabbit"));
    }

    [Fact]
    public Task Json_EveryBlock_IsReadAsConfiguration() => Assert.AllAsync(Page.Blocks("json"), async block =>
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(block));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("AutoScaling");
        var services = new ServiceCollection().AddLogging();
        var scaling = services.AddAutoScaling(section).UseScaler(_ => new FakeScaler(TimeProvider.System)).UseMetrics(_ => new CommandMetricsProvider([], TimeProvider.System));
        if (section.GetSection("Processes") is var processes && processes.Exists()) scaling.UseProcesses(processes);
        await using var provider = services.BuildServiceProvider();
        Assert.NotEmpty(provider.GetRequiredService<IAutoScaler>().GetStatus().Targets);
    });
}
