using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>ScalingPolicies through kubectl and the real API server, by a user with rights in one namespace.</summary>
public sealed class ScalingPolicyTests(ClusterFixture cluster)
{
    private const string Web = """ "targetRef": {"kind": "Deployment", "name": "web"} """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"min": -1}""", "spec.min in body should be greater than or equal to 0")]
    [InlineData("""{"min": "three"}""", "ValidationError(ScalingPolicy.spec.min): invalid type")]
    [InlineData("""{"cpuTarget": 0}""", "spec.cpuTarget in body should be greater than 0")]
    [InlineData("""{"interval": "soon"}""", "spec.interval: Invalid value: \"soon\"")]
    [InlineData("""{"interval": ""}""", "spec.interval")]
    [InlineData("""{"mode": "think"}""", "spec.mode: Unsupported value: \"think\": supported values: \"scale\", \"recommend\"")]
    [InlineData("""{"rules": [{"type": "magic"}]}""", "spec.rules.type: Unsupported value: \"magic\"")]
    [InlineData("""{"rules": [{"metric": "cpu"}]}""", "missing required field \"type\"")]
    [InlineData("""{"rules": []}""", "spec.rules in body should have at least 1 items")]
    [InlineData("""{"cpuTraget": 70}""", "unknown field \"cpuTraget\"")]
    [InlineData("""{"scaler": "mine"}""", "unknown field \"scaler\"")]
    [InlineData("""{"behavior": {"scaleUp": {"rateLimits": [{"replicas": 0, "period": "1m"}]}}}""", "spec.behavior.scaleUp.rateLimits.replicas in body should be greater than or equal to 1")]
    [InlineData("""{"override": {"kind": "nap"}}""", "spec.override.kind: Unsupported value")]
    public async Task Apply_WhatOneFieldShows_IsRefusedByTheApiServer(string settings, string sentence)
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        var (exitCode, output) = await space.ApplyAsync("web", $"{{{Web}, {settings[1..^1]}}}");
        Assert.Equal(1, exitCode);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_APolicy_ScalesAndTellsInColumnsAndDescription()
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.CreateAsync("web", $"{{{Web}, \"min\": 2, \"max\": 8, {PolicySpace.ByTotal}}}");
        space.Host.Cpu = 50;
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 5);
        await space.TickUntilAsync(async () => (string?)(await space.StatusAsync("web"))?["decision"] == "stay");

        var (_, table) = await space.KubectlAsync("get", "scalingpolicies");
        var lines = table.Split('\n').Select(line => line.Split((string[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["NAME", "TARGET", "MIN", "MAX", "DESIRED", "READY", "READINGS", "DECISION", "AGE"], lines[0]);
        Assert.Equal(["web", "Deployment/web", "2", "8", "5", "0", "cpu", "10/10", "stay"], lines[1][..9]);

        var said = space.Host.AutoScaler.GetStatus($"{space.Space.Name}/web").LastDecision!.Explain();
        Assert.Contains(said, (string)(await space.StatusAsync("web"))!["explanation"]!, StringComparison.Ordinal);
        var (_, description) = await space.KubectlAsync("describe", "scp", "web");
        Assert.Contains("stays at 5 replicas.", description, StringComparison.Ordinal);
        Assert.Equal(("True", "Scaling", "The target is evaluated."), await space.ConditionAsync("web", "Active"));
        Assert.Equal("True", (await space.ConditionAsync("web", "MetricsAvailable"))!.Value.Status);
        Assert.Equal("False", (await space.ConditionAsync("web", "Conflicting"))!.Value.Status);

        // More than the range: what holds it back is told, and since when.
        space.Host.Cpu = 200;
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "ScalingLimited"))?.Status == "True");
        Assert.Equal(("True", "Range", "The range 2..8 allows 8 instead of 20."), await space.ConditionAsync("web", "ScalingLimited"));
        Assert.Equal("range", (string?)(await space.StatusAsync("web"))!["heldBack"]!["by"]);
        Assert.Equal(1, (int)(await space.StatusAsync("web"))!["observedGeneration"]!);

        // The same for who asks without kubectl.
        var line = Assert.Single(await ScalingPolicyResource.ReadAsync(space.Space.Options(), cancellationToken: Stop));
        Assert.Equal(($"{space.Space.Name}/web", 2, 8, 8, "range", false), (line.Target, line.Min, line.Max, line.Desired, line.HeldBackBy, line.IsTrouble));

        // It is gone: the target is let go of, its replicas stay.
        await space.KubectlAsync("delete", "scp", "web");
        await space.TickUntilAsync(() => !space.Host.AutoScaler.TryGetStatus($"{space.Space.Name}/web", out _));
        Assert.Equal(8, await space.Space.ReplicasAsync("web"));
        Assert.Empty(space.Host.Log.Warnings);
    }

    [Fact]
    public async Task Apply_WhatSeveralFieldsShow_IsRefusedByTheReaderAndCostsOnlyItself()
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.CreateAsync("bad", """{"targetRef": {"kind": "Deployment", "name": "api"}, "min": 5, "max": 2}""");
        await space.CreateAsync("web", $"{{{Web}, \"max\": 8, {PolicySpace.ByTotal}}}");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 5);
        await space.TickUntilAsync(async () => await space.ConditionAsync("bad", "Active") is not null);
        Assert.Equal(("False", "Invalid", "Max must be at least Min (5), but is 2."), await space.ConditionAsync("bad", "Active"));
        Assert.Equal($"The ScalingPolicy {space.Space.Name}/bad is refused: Max must be at least Min (5), but is 2.", Assert.Single(space.Host.Log.Warnings));

        // One that was right keeps the policy that it had, and says so.
        await space.CreateAsync("web", $"{{{Web}, \"min\": 9, \"max\": 8, {PolicySpace.ByTotal}}}");
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "Active"))?.Reason == "Invalid");
        Assert.Equal(("True", "Invalid", "Max must be at least Min (9), but is 8. The policy from before stays in force."), await space.ConditionAsync("web", "Active"));
        space.Host.Cpu = 70;
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 7);
    }

    [Fact]
    public async Task Annotate_PauseAndHold_HoldUntilTheyAreTakenBack()
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        await space.Space.CreateDeploymentAsync("web", 5);
        await space.CreateAsync("web", $"{{{Web}, \"max\": 8, {PolicySpace.ByTotal}}}");
        await space.TickUntilAsync(async () => (string?)(await space.StatusAsync("web"))?["decision"] == "stay");

        await space.KubectlAsync("annotate", "scp", "web", "autoscaling.dotnet.io/paused=true", "autoscaling.dotnet.io/paused-by=ann", "autoscaling.dotnet.io/paused-reason=migration");
        await space.TickUntilAsync(() => space.Host.AutoScaler.GetStatus($"{space.Space.Name}/web").Override is not null);
        space.Host.Cpu = 80;
        await space.TickUntilAsync(async () => (string?)(await space.StatusAsync("web"))?["decision"] == "stay, paused");
        Assert.Equal(("True", "Pause", "Paused by ann: migration."), await space.ConditionAsync("web", "Paused"));
        Assert.Equal(5, await space.Space.ReplicasAsync("web"));

        await space.KubectlAsync("annotate", "scp", "web", "autoscaling.dotnet.io/paused-replicas=3");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 3);
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "Paused"))?.Reason == "Hold");

        // What cannot be read pauses.
        await space.KubectlAsync("annotate", "--overwrite", "scp", "web", "autoscaling.dotnet.io/paused-replicas=lots");
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "Paused"))?.Reason == "Pause");
        Assert.EndsWith("must be a count in the policy's range, 1..8, but is 'lots'; the target is paused until that is clear.", (await space.ConditionAsync("web", "Paused"))!.Value.Message, StringComparison.Ordinal);

        await space.KubectlAsync("annotate", "scp", "web", "autoscaling.dotnet.io/paused-replicas-", "autoscaling.dotnet.io/paused-");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 8);
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "Paused"))?.Status == "False");
    }

    [Fact]
    public async Task Apply_TwoForOneTarget_TheOlderHasItUntilItIsGone()
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.CreateAsync("older", $"{{{Web}, \"max\": 3, {PolicySpace.ByTotal}}}");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop); // Kubernetes counts creation in whole seconds.
        await space.CreateAsync("a-younger", $"{{{Web}, \"max\": 4, {PolicySpace.ByTotal}}}");
        await space.TickUntilAsync(async () => (await space.ConditionAsync("a-younger", "Conflicting"))?.Status == "True");
        var sentence = $"The ScalingPolicy '{space.Space.Name}/older' has '{space.Space.Name}/web' already, and is older.";
        Assert.Equal(("True", "Taken", sentence), await space.ConditionAsync("a-younger", "Conflicting"));
        Assert.Equal("Conflicting", (await space.ConditionAsync("a-younger", "Active"))!.Value.Reason);
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 3);
        Assert.Equal("False", (await space.ConditionAsync("older", "Conflicting"))!.Value.Status);

        await space.KubectlAsync("delete", "scp", "older");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("web") == 4);
        await space.TickUntilAsync(async () => (await space.ConditionAsync("a-younger", "Conflicting"))?.Status == "False");
    }

    [Fact]
    public async Task Apply_APolicyOfTheHostHasTheTarget_ThatGoesBefore()
    {
        var name = "";
        await using var space = await PolicySpace.CreateAsync(cluster, b => b.AddPolicySource(_ => new OnePolicy(() => name)));
        name = $"{space.Space.Name}/deployments/web";
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.CreateAsync("web", $"{{{Web}}}");
        await space.TickUntilAsync(async () => (await space.ConditionAsync("web", "Conflicting"))?.Status == "True");
        Assert.Equal(
            $"Policies '{name}' and '{space.Space.Name}/web' are both for deployment 'web' in namespace '{space.Space.Name}'.",
            (await space.ConditionAsync("web", "Conflicting"))!.Value.Message);
    }

    [Fact]
    public async Task Apply_ASelector_ScalesAllThatItFinds()
    {
        await using var space = await PolicySpace.CreateAsync(cluster);
        foreach (var app in new[] { "a", "b", "c" }) await space.Space.CreateDeploymentAsync(app, 1);
        foreach (var app in new[] { "a", "b" }) await space.KubectlAsync("label", "deployment", app, "scaled=yes");
        await space.CreateAsync("set", $$"""{"targetSelector": {"kind": "Deployment", "matchLabels": {"scaled": "yes"} }, "max": 3, {{PolicySpace.ByTotal}}}""");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("a") == 3 && await space.Space.ReplicasAsync("b") == 3);
        await space.TickUntilAsync(async () => (string?)(await space.StatusAsync("set"))?["decision"] == "2 stay");
        var status = (await space.StatusAsync("set"))!;
        Assert.Equal(("2 Deployments", 6), ((string)status["target"]!, (int)status["desired"]!));
        Assert.Equal([$"{space.Space.Name}/a", $"{space.Space.Name}/b"], status["targets"]!.AsArray().Select(t => (string)t!["name"]!));
        Assert.Equal(1, await space.Space.ReplicasAsync("c"));

        await space.KubectlAsync("label", "deployment", "c", "scaled=yes");
        await space.TickUntilAsync(async () => await space.Space.ReplicasAsync("c") == 3);
        await space.KubectlAsync("label", "deployment", "a", "scaled-");
        await space.TickUntilAsync(() => !space.Host.AutoScaler.TryGetStatus($"{space.Space.Name}/a", out _));
    }

    [Fact]
    public async Task Read_WithoutTheRight_NamesItAndStartsAllTheSame()
    {
        var plane = await cluster.PlaneAsync();
        await PolicySpace.DefineAsync(plane);
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("policies"));
        await using var host = new ScalingHost(o => o.KubeConfig = plane.KubeConfigFor(space.User, space.Name), [], build: b => b.AddKubernetesPolicies());
        await host.AutoScaler.TickAsync(Stop);
        await host.Log.WaitForAsync(1, Stop);
        Assert.Equal(
            $"ScalingPolicies cannot be read, those that were read last stay in force: the user '{space.User}' may not list scalingpolicies in namespace '{space.Name}'; "
            + "add to its Role: apiGroups [autoscaling.dotnet.io], resources [scalingpolicies], verbs [list].",
            host.Log.Warnings[0]);
    }

    private sealed class OnePolicy(Func<string> name) : IPolicySource
    {
        private bool _isRead;

        public string Name => "the test";

        public System.Collections.Immutable.ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
        {
            _isRead = name().Length > 0;
            return _isRead ? [new() { Target = name() }] : [];
        }

        public bool HasChanged() => !_isRead;
    }
}
