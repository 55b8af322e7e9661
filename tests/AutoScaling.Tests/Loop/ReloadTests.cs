using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace AutoScaling.Tests.Loop;

/// <summary>Policies that change while the loop runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "policies.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Tick_FileChanged_NewPoliciesHoldAndTheStateIsKept()
    {
        Write("policies: [ { service: web, max: 20 }, { service: old } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));

        Write("policies: [ { service: web, max: 5 }, { service: new } ]");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);

        Assert.Equal(["new", "web"], system.AutoScaler.GetStatus().Targets.Select(t => t.Target.Name));
        Assert.Equal(5, system.Scaler.Replicas("web"));
        Assert.NotNull(system.AutoScaler.GetStatus("web").State.LastScaleUp);
    }

    [Fact]
    public async Task Tick_FileBecameInvalid_TheOldPoliciesStayAndEveryErrorIsReported()
    {
        Write("policies: [ { service: web, max: 20 } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);

        Write("policies: [ { service: web, min: 3, max: 2 }, { service: api, cpuTarget: -1 } ]");
        system.Time.Advance(TimeSpan.FromSeconds(300));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(9, system.Scaler.Replicas("web"));
        Assert.Equal(
            [
                $"In '{Path}': policies[0] (web): Max must be at least Min (3), but is 2.",
                "policies[1] (api): CpuTarget must be more than 0, but is -1.",
            ],
            system.AutoScaler.GetStatus().ReloadErrors);

        Write("policies: [ { service: web, max: 7 } ]");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Empty(system.AutoScaler.GetStatus().ReloadErrors);
        Assert.Equal(7, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Tick_ANameThatTheScalerCannotRead_TheOldPoliciesStay()
    {
        Write("policies: [ { service: web, max: 20 } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path));
        system.Scaler.Name = t => t.Name == "bad" ? throw new ScalingException(ScalingErrorKind.InvalidConfiguration, "Target must be good, but is 'bad'.") : t.Name;
        await system.AutoScaler.TickAsync(Stop);

        Write("policies: [ { service: bad }, { service: api, scaler: nope } ]");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);

        Assert.Equal("web", Assert.Single(system.AutoScaler.GetStatus().Targets).Target.Name);
        Assert.Equal(
            ["Target must be good, but is 'bad'.", "Policy 'api' names the scaler 'nope', but none is registered under that name: call AddScaler(\"nope\", ...)."],
            system.AutoScaler.GetStatus().ReloadErrors);
    }

    [Fact]
    public async Task Tick_TwoNamesOfOneThing_AreRefusedUntilOneIsGone()
    {
        Write("policies: [ { service: web } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path).AddPolicy("api"));
        system.Scaler.Name = t => $"the {t.Name.ToLowerInvariant()}";
        await system.AutoScaler.TickAsync(Stop);

        string[] Reloaded(string policies)
        {
            Write(policies);
            system.Time.Advance(TimeSpan.FromSeconds(30));
            system.AutoScaler.TickAsync(Stop).GetAwaiter().GetResult();
            return [.. system.AutoScaler.GetStatus().ReloadErrors];
        }

        Assert.Equal(["Policies 'web' and 'WEB' are both for the web."], Reloaded("policies: [ { service: web }, { service: WEB } ]"));
        Assert.Equal(["Policies 'api' and 'API' are both for the api."], Reloaded("policies: [ { service: web }, { service: API } ]"));
        Assert.Empty(Reloaded("policies: [ { service: WEB } ]"));
        Assert.Equal(["WEB", "api"], system.AutoScaler.GetStatus().Targets.Select(t => t.Target.Name));
        Assert.Empty(Reloaded("policies: [ { service: web } ]"));

        var error = Assert.Throws<ScalingException>(() => system.AutoScaler.SetPolicy(new() { Target = "Web" }));
        Assert.Equal("Policies 'web' and 'Web' are both for the web.", error.Message);
        system.AutoScaler.RemovePolicy("web");
        system.AutoScaler.SetPolicy(new() { Target = "Web" });
    }

    [Fact]
    public void SetPolicy_AnotherPolicyIsCalledLikeTheThing_IsRefusedUntilItIsGone()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("shop/api").AddPolicy("plain"));
        system.Scaler.Name = t => $"'{(t.Name.StartsWith("shop/", StringComparison.Ordinal) ? t.Name[5..] : t.Name)}'";
        string Refused(string target) => Assert.Throws<ScalingException>(() => system.AutoScaler.SetPolicy(new() { Target = target })).Message;

        Assert.Equal("Policies 'web' and 'shop/web' are both for 'web'.", Refused("shop/web"));
        Assert.Equal("Policies 'shop/api' and 'api' are both for 'api'.", Refused("api"));
        system.AutoScaler.RemovePolicy("web");
        system.AutoScaler.RemovePolicy("shop/api");
        system.AutoScaler.SetPolicy(new() { Target = "shop/web" });
        system.AutoScaler.SetPolicy(new() { Target = "api" });
        Assert.Equal("Policies 'shop/web' and 'web' are both for 'web'.", Refused("web"));
        Assert.Equal("Policies 'api' and 'shop/api' are both for 'api'.", Refused("shop/api"));
        system.AutoScaler.SetPolicy(new() { Target = "plain" });
    }

    [Fact]
    public void Start_TwoNamesOfOneThing_IsRefused()
    {
        using var system = new TestSystem(b => b.AddPolicy("api").AddPolicy("API"));
        system.Scaler.Name = t => $"the {t.Name.ToLowerInvariant()}";
        Assert.Equal("Policies 'api' and 'API' are both for the api.", Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus()).Message);
    }

    [Fact]
    public async Task Tick_PolicyIsGoneForAWhile_ComesBackWithWhatIsRemembered()
    {
        Write("policies: [ { service: web, max: 20 }, { service: api } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path)) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        Write("policies: [ { service: api } ]");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Write("policies: [ { service: web, max: 20 }, { service: api } ]");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal((6, TimeSpan.FromSeconds(240)), (system.Scaler.Replicas("web"), system.AutoScaler.GetStatus("web").ScaleUpCooldownLeft));
    }

    [Fact]
    public async Task States_PoliciesThatAreGone_AreRememberedForADay()
    {
        using var system = new TestSystem(b => b.AddPolicy("web").AddPolicy("api")) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        var registry = system.Services.GetRequiredService<TargetRegistry>();
        registry.Adopt(new Dictionary<string, ScalingState> { ["old"] = ScalingState.New });
        system.AutoScaler.RemovePolicy("web");
        system.AutoScaler.RemovePolicy("api");
        system.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(["api", "old", "web"], registry.States().Keys.Order());

        system.AutoScaler.SetPolicy(new() { Target = "web" });
        system.AutoScaler.RemovePolicy("web");
        system.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["web"], registry.States().Keys);
        Assert.NotNull(registry.States()["web"].LastScaleUp);

        system.Time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(registry.States());
    }

    [Fact]
    public async Task Tick_FileHoldsNoPolicyAnyMore_TheOldPoliciesStay()
    {
        Write("policies: [ { service: web } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path));
        await system.AutoScaler.TickAsync(Stop);
        Write("policies: []");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal(
            [$"In '{Path}': Policies must hold at least 1 policy while the host runs, but is empty; use RemovePolicy to forget a service."],
            system.AutoScaler.GetStatus().ReloadErrors);
    }

    [Fact]
    public async Task Tick_FileIsGone_TheOldPoliciesStay()
    {
        Write("policies: [ { service: web } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path));
        await system.AutoScaler.TickAsync(Stop);
        File.Delete(Path);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await system.AutoScaler.TickAsync(Stop));
        Assert.Equal([$"Policy file '{Path}' does not exist."], system.AutoScaler.GetStatus().ReloadErrors);
    }

    [Theory]
    [InlineData("policies: [ { service: web, min: 3, max: 2 }, { service: api, cpuTarget: -1 } ]", "In '{0}': policies[0] (web): Max must be at least Min (3), but is 2. policies[1] (api): CpuTarget must be more than 0, but is -1.")]
    [InlineData("policies:\n  - {\n", "{0}, line 3, column 1: While parsing a node, did not find expected node content.")]
    [InlineData("policies: [ { service: code } ]", "Policy 'code' of '{0}' is also in the code.")]
    [InlineData("policies: [ { service: web, scaler: none } ]", "In '{0}': Policy 'web' names the scaler 'none', but none is registered under that name: call AddScaler(\"none\", ...).")]
    public async Task Tick_FileBecameInvalid_TheLogNamesItOnce(string yaml, string errors)
    {
        Write("policies: [ { service: web } ]");
        var log = new FakeLogCollector();
        using var system = new TestSystem(b => b.AddPolicy("code").AddPolicyFile(Path).Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log))));
        await system.AutoScaler.TickAsync(Stop);
        Write(yaml);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        var message = Assert.Single(log.GetSnapshot(), r => r.Id == 9).Message;
        Assert.Equal($"Policies were not loaded again, the old ones stay: {errors.Replace("{0}", Path, StringComparison.Ordinal)}", message);
        Assert.Equal(2, message.Split(Path).Length);
    }

    [Fact]
    public void Start_FilesAreInvalid_NamesEachOnce()
    {
        Write("policies: [ { service: web, min: 3, max: 2, cpuTarget: -1 } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path).AddPolicyFile("/nope.yaml"));
        Assert.Equal(
            [
                $"In '{Path}': policies[0] (web): Max must be at least Min (3), but is 2.",
                "policies[0] (web): CpuTarget must be more than 0, but is -1.",
                "Policy file '/nope.yaml' does not exist.",
            ],
            Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus()).Errors);
    }

    [Fact]
    public async Task Tick_FileIsReplacedThroughALink_IsSeen()
    {
        // As mounted configuration does it: the folder that the link names is swapped as a whole.
        var (first, second, current) = (Folder("first"), Folder("second"), System.IO.Path.Combine(_folder.FullName, "current"));
        File.WriteAllText(System.IO.Path.Combine(first, "p.yaml"), "policies: [ { service: web } ]");
        File.WriteAllText(System.IO.Path.Combine(second, "p.yaml"), "policies: [ { service: web, max: 3 } ]");
        Directory.CreateSymbolicLink(current, first);
        File.CreateSymbolicLink(Path, System.IO.Path.Combine(current, "p.yaml"));
        using var system = new TestSystem(b => b.AddPolicyFile(Path));
        await system.AutoScaler.TickAsync(Stop);

        Directory.Delete(current);
        Directory.CreateSymbolicLink(current, second);
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(3, system.AutoScaler.GetStatus("web").Policy.Range.Max);
    }

    [Fact]
    public async Task Tick_ConfigurationReloaded_NewPoliciesHold()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AutoScaling:Interval"] = "10s",
            ["AutoScaling:Defaults:Max"] = "30",
            ["AutoScaling:Policies:0:Service"] = "web",
        }).Build();
        var time = new TestTime();
        using var services = FromConfiguration(configuration, time);
        var autoScaler = services.GetRequiredService<IAutoScaler>();
        await autoScaler.TickAsync(Stop);
        Assert.Equal(30, autoScaler.GetStatus("web").Policy.Range.Max);

        configuration["AutoScaling:Policies:0:Max"] = "12";
        configuration.Reload();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await autoScaler.TickAsync(Stop));
        Assert.Equal(12, autoScaler.GetStatus("web").Policy.Range.Max);
    }

    [Fact]
    public void Resolve_SettingsOfTheSectionAreWrong_NamesEachOfThem()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AutoScaling:Intervall"] = "10s",
            ["AutoScaling:MaxConcurrency"] = "many",
            ["AutoScaling:EvaluationTimeout"] = "10",
        }).Build();
        using var services = FromConfiguration(configuration, new());
        Assert.Equal(
            [
                "MaxConcurrency must be a whole number, but is 'many'.",
                "EvaluationTimeout must be a duration such as 30s, 5m or 00:05:00, but is '10'.",
                "'Intervall' is not a setting of AutoScaling; did you mean 'interval'?",
            ],
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IAutoScaler>()).Failures);
    }

    [Fact]
    public async Task Reload_InMidEvaluation_TheEvaluationEndsWithThePolicyItBeganWith()
    {
        Write("policies: [ { service: web, max: 20 } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path)) { Cpu = 90 };
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Metrics.Answer = async (_, _) =>
        {
            entered.TrySetResult();
            await release.Task;
            return ServiceMetrics.Of(system.Time.GetUtcNow(), 90);
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        await entered.Task.WaitAsync(Stop);

        Write("policies: [ { service: web, max: 5 } ]");
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(5, system.AutoScaler.GetStatus("web").Policy.Range.Max);
        release.SetResult();
        await tick;
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal((20, 6), (record.Policy.Range.Max, record.Decision!.To));

        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        Assert.Equal(5, system.Scaler.Replicas("web"));
    }

    [Fact]
    public async Task Reload_ServiceWasDisabledByHand_StaysDisabledUnlessTheFileSaysOtherwise()
    {
        Write("policies: [ { service: web } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(Path));
        system.AutoScaler.Disable("web");
        Write("policies: [ { service: web, max: 5 } ]");
        await system.AutoScaler.TickAsync(Stop);
        Assert.False(system.AutoScaler.GetStatus("web").Enabled);
    }

    private static ServiceProvider FromConfiguration(IConfiguration configuration, TestTime time)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        services.AddAutoScaling(configuration.GetSection("AutoScaling")).UseSimulation();
        services.Configure<AutoScalingOptions>(o => o.StartJitter = 0);
        return services.BuildServiceProvider();
    }

    private string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(_folder.FullName, name)).FullName;

    private void Write(string content) => TestFiles.Change(Path, content);
}
