using System.Collections.Immutable;

namespace AutoScaling.Tests.Loop;

/// <summary>Sources whose policies stand each by itself, as custom resources of several teams do.</summary>
public sealed class IndependentPolicyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TeamPolicies _teams = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "policies.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Read_OneThatTheHostCannotTake_CostsOnlyItself()
    {
        _teams.Policies = [new() { Target = "web" }, new() { Target = "api", Scaler = "none" }, new() { Target = "web", Range = new(3, 3) }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["web"], Names(system));
        Assert.Equal(1, system.AutoScaler.GetStatus("web").Policy.Range.Min);
        Assert.Equal(
            [
                ("api", false, "Policy 'api' names the scaler 'none', but none is registered under that name: call AddScaler(\"none\", ...)."),
                ("web", true, "Policy 'web' is in the teams twice."),
            ],
            _teams.Refusals);
        Assert.Empty(system.AutoScaler.GetStatus().ReloadErrors);
    }

    [Fact]
    public async Task Reload_OneThatIsWrongNow_KeepsThePolicyThatItHad()
    {
        _teams.Policies = [new() { Target = "web" }, new() { Target = "api" }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        await system.AutoScaler.TickAsync(Stop);
        _teams.Change(new() { Target = "web", Scaler = "none" }, new ScalingPolicy { Target = "api", Range = new(2, 5) });
        await system.AutoScaler.TickAsync(Stop);
        Assert.Null(system.AutoScaler.GetStatus("web").Policy.Scaler);
        Assert.Equal(2, system.AutoScaler.GetStatus("api").Policy.Range.Min);
        Assert.Equal("web", Assert.Single(_teams.Refusals).Target);
    }

    [Fact]
    public async Task Reload_NoneAreLeft_IsNoAccidentAndLeavesTheReplicas()
    {
        _teams.Policies = [new() { Target = "web" }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        await system.AutoScaler.TickAsync(Stop);
        var before = system.Scaler.Replicas("web");
        _teams.Change();
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(Names(system));
        Assert.Empty(system.AutoScaler.GetStatus().ReloadErrors);
        Assert.Equal(before, system.Scaler.Replicas("web"));
        Assert.Empty(system.Scaler.Fake.Calls);
    }

    [Fact]
    public async Task Reload_AFileHasTheTarget_TheFileGoesBeforeUntilItLetsGo()
    {
        _teams.Policies = [new() { Target = "web", Range = new(1, 7) }, new() { Target = "api" }];
        TestFiles.Change(File, "policies: { db: { max: 3 } }");
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams).AddPolicyFile(File));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(7, system.AutoScaler.GetStatus("web").Policy.Range.Max);

        TestFiles.Change(File, "policies: { db: { max: 3 }, web: { max: 30 } }");
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(30, system.AutoScaler.GetStatus("web").Policy.Range.Max);
        Assert.Equal([("web", true, $"Policy 'web' of the teams is also in '{File}'.")], _teams.Refusals);

        // The source is not asked again: what it said last is looked at once more.
        TestFiles.Change(File, "policies: { db: { max: 4 } }");
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(7, system.AutoScaler.GetStatus("web").Policy.Range.Max);
        Assert.Empty(_teams.Refusals);
        Assert.Equal(1, _teams.Reads);
    }

    [Fact]
    public async Task Reload_TwoNamesOfOneThing_TheSecondIsRefused()
    {
        _teams.Policies = [new() { Target = "web" }, new() { Target = "shop/web" }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        system.Scaler.Name = target => $"deployment '{target.Name.Split('/')[^1]}'";
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["web"], Names(system));
        Assert.Equal([("shop/web", true, "Policies 'web' and 'shop/web' are both for deployment 'web'.")], _teams.Refusals);
    }

    [Fact]
    public async Task Reload_OneOfMany_PutsOnlyThatOneAnew()
    {
        ScalingPolicy web = new() { Target = "web" };
        _teams.Policies = [web, new() { Target = "api" }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        await system.AutoScaler.TickAsync(Stop);
        system.AutoScaler.SetPolicy(web with { Range = new(2, 2) });
        _teams.Change(web, new() { Target = "api", Range = new(3, 3) });
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal((2, 3), (system.AutoScaler.GetStatus("web").Policy.Range.Min, system.AutoScaler.GetStatus("api").Policy.Range.Min));
    }

    [Fact]
    public async Task Reload_TheSourceThrows_TheOldPoliciesStay()
    {
        _teams.Policies = [new() { Target = "web" }];
        using var system = new TestSystem(b => b.AddPolicySource(_ => _teams));
        await system.AutoScaler.TickAsync(Stop);
        _teams.Trouble = "it is away";
        _teams.Change();
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(["web"], Names(system));
        Assert.Equal(["In the teams: it is away"], system.AutoScaler.GetStatus().ReloadErrors);
    }

    private static IEnumerable<string> Names(TestSystem system) => system.AutoScaler.GetStatus().Targets.Select(t => t.Target.Name);

    private sealed class TeamPolicies : IIndependentPolicySource
    {
        private bool _hasChanged;

        public ImmutableArray<ScalingPolicy> Policies { get; set; } = [];

        public string? Trouble { get; set; }

        public int Reads { get; private set; }

        public List<(string Target, bool IsTaken, string Sentence)> Refusals { get; private set; } = [];

        public string Name => "the teams";

        public void Change(params ImmutableArray<ScalingPolicy> policies) => (Policies, _hasChanged) = (policies, true);

        public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
        {
            (_hasChanged, Reads) = (false, Reads + 1);
            return Trouble is null ? Policies : throw new IOException(Trouble);
        }

        public bool HasChanged() => _hasChanged;

        public void OnRefused(ImmutableArray<RefusedPolicy> refused) =>
            Refusals = [.. refused.Select(r => (r.Policy.Target.Name, r.IsTaken, string.Join(' ', r.Errors)))];
    }
}
