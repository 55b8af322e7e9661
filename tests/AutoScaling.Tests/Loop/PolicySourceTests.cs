using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AutoScaling.Tests.Loop;

/// <summary>Where policies come from: code, configuration, files, and sources of the user's own.</summary>
public sealed class PolicySourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AddPolicySource_ASourceOfTheUsers_IsReadAndFollowed()
    {
        var database = new DatabasePolicies { Max = 7 };
        using var system = new TestSystem(
            b => b.AddPolicySource(_ => database).AddRuleType(RuleType.Create("night", new Readme.Snippets.NightRule())),
            o => o.Defaults = new() { CpuTarget = 55 });
        var policy = system.AutoScaler.GetStatus("web").Policy;
        Assert.Equal(ScalingPolicy.For("web", new() { CpuTarget = 55 }) with { Range = new(1, 7) }, policy);
        Assert.Equal("night", Assert.Single(database.Context.RuleTypes).Name);
        Assert.Equal(Directory.GetCurrentDirectory(), database.Context.ContentRoot);

        database.Max = 9;
        database.IsChanged = true;
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(9, system.AutoScaler.GetStatus("web").Policy.Range.Max);
    }

    [Fact]
    public async Task AddPolicySource_TheSourceThrows_KeepsTheOldPoliciesAndTellsWhy()
    {
        var database = new DatabasePolicies { Max = 7 };
        using var system = new TestSystem(b => b.AddPolicySource(_ => database));
        await system.AutoScaler.TickAsync(Stop);
        database.Trouble = "it does not answer";
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["In the database: it does not answer"], system.AutoScaler.GetStatus().ReloadErrors);
        Assert.Equal(7, system.AutoScaler.GetStatus("web").Policy.Range.Max);
    }

    [Fact]
    public void AddPolicySource_ByType_IsMadeOfServices()
    {
        using var system = new TestSystem(b => b.AddPolicySource<DatabasePolicies>());
        Assert.Equal(5, system.AutoScaler.GetStatus("web").Policy.Range.Max);
    }

    [Fact]
    public void AddPolicy_WithAFunction_StartsFromTheHostsDefaults()
    {
        PolicyDefaults defaults = new() { Range = new(2, 30), CpuTarget = 55, ScaleUpCooldown = TimeSpan.FromMinutes(1) };
        using var system = new TestSystem(b => b.AddPolicy("web", p => p with { Interval = TimeSpan.FromSeconds(5), Enabled = false }), o => o.Defaults = defaults);
        Assert.Equal(
            ScalingPolicy.For("web", defaults) with { Interval = TimeSpan.FromSeconds(5), Enabled = false },
            system.AutoScaler.GetStatus("web").Policy);
    }

    [Fact]
    public void FromConfiguration_MapsByServiceInTwoFiles_AreMergedByService()
    {
        var policies = TwoFiles(
            """{ "Policies": { "web": { "Min": 2, "Rules": [ { "Type": "fixed", "Replicas": 3 } ] }, "api": { "Min": 3 } } }""",
            """{ "Policies": { "orders": { "Max": 40 }, "web": { "Max": 20 } } }""");
        Assert.Equal(["api", "orders", "web"], policies.Select(p => p.Target.Name).Order());
        var web = policies.Single(p => p.Target == "web");
        Assert.Equal(new ScalingPolicy { Target = "web", Range = new(2, 20), Rules = [new FixedRule { Replicas = 3 }] }, web);
        Assert.Equal(new ReplicaRange(1, 40), policies.Single(p => p.Target == "orders").Range);
    }

    [Fact]
    public void FromConfiguration_ListsInTwoFiles_AreMergedByNumber()
    {
        // Why the map is there: the second file means to add a policy, and replaces one that leaves it its rules.
        var policy = Assert.Single(TwoFiles(
            """{ "Policies": [ { "Service": "web", "Rules": [ { "Type": "fixed", "Replicas": 3 } ] } ] }""",
            """{ "Policies": [ { "Service": "orders", "Max": 40 } ] }"""));
        Assert.Equal(new ScalingPolicy { Target = "orders", Range = new(1, 40), Rules = [new FixedRule { Replicas = 3 }] }, policy);
    }

    [Fact]
    public async Task Start_SettingsAndPoliciesAreWrong_AreToldInOneRoundWithTheirServices()
    {
        const string json = """
            {
              "Interval": "300",
              "MaxConcurrency": 0,
              "Defaults": { "CpuTarget": 0, "Max": 20 },
              "Policies": { "web": { "Min": 30 }, "api": { "Rules": [ { "Type": "fixed" } ] }, "jobs": { "Scaler": "none" } }
            }
            """;
        File.WriteAllText(Path.Combine(_folder.FullName, "more.yaml"), "policies: [ { service: mail, rules: [ { type: fixed, replicas: -1 } ] } ]");
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _folder.FullName });
        builder.Services.AddAutoScaling(Json(json)).UseSimulation().AddPolicyFile("more.yaml");
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Equal(
            [
                "Interval must be a duration such as 30s, 5m or 00:05:00, but is '300'.",
                "MaxConcurrency must be at least 1, but is 0.",
                "In the configuration: defaults: CpuTarget must be more than 0, but is 0.",
                "policies.api.rules[0]: Replicas is required for a rule of type fixed.",
                "policies.web: Max must be at least Min (30), but is 20.",
                "In 'more.yaml': policies[0] (mail).rules[0]: Replicas must be at least 0, but is -1.",
            ],
            error.Failures);
    }

    [Fact]
    public async Task Start_RelativePaths_StartFromTheContentRoot()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "policies.yaml"), "policies: { web: { min: 2 } }");
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _folder.FullName });
        builder.Services.AddAutoScaling(o => o.RunLoop = false).UseSimulation().AddPolicyFile("policies.yaml").SaveStateTo("state.json").LogDecisionsTo("decisions.jsonl");
        using (var host = builder.Build())
        {
            await host.StartAsync(Stop);
            await host.Services.GetRequiredService<IAutoScaler>().TickAsync(Stop);
            await host.StopAsync(Stop);
        }

        Assert.Equal(["decisions.jsonl", "policies.yaml", "state.json"], _folder.GetFiles().Select(f => f.Name).Order());
    }

    private static ImmutableArray<ScalingPolicy> TwoFiles(string first, string second) => PolicyDocument.FromConfiguration(
        new ConfigurationBuilder().AddJsonStream(Stream(first)).AddJsonStream(Stream(second)).Build());

    private static IConfigurationRoot Json(string json) => new ConfigurationBuilder().AddJsonStream(Stream(json)).Build();

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class DatabasePolicies : IPolicySource
    {
        public int Max { get; set; } = 5;

        public bool IsChanged { get; set; }

        public string? Trouble { get; set; }

        public PolicySourceContext Context { get; private set; }

        public string Name => "the database";

        public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
        {
            Context = context;
            IsChanged = false;
            if (Trouble is not null) throw new IOException(Trouble);
            return [ScalingPolicy.For("web", context.Defaults) with { Range = new(1, Max) }];
        }

        public bool HasChanged() => Trouble is null ? IsChanged : throw new IOException(Trouble);
    }
}
