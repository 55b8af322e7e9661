using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes.Tests.Leading;

public sealed class LeaseElectionTests(ClusterFixture cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NobodyLeads_TakesTheLeaseAndWritesWhoItIs()
    {
        var space = await CreateAsync("election-first");
        using var copy = new Copy(space, "a");
        await copy.StartAsync();
        await copy.TermAsync();

        var lease = await copy.LeaseAsync();
        Assert.Equal(("a", 5, 0), ((string?)lease["spec"]!["holderIdentity"], (int)lease["spec"]!["leaseDurationSeconds"]!, (int?)lease["spec"]!["leaseTransitions"] ?? 0));
        Assert.Equal("a", copy.Election.Leader);
        await copy.UntilAsync(c => c.Changes > 0);
    }

    [Fact]
    public async Task Resign_WhileLeading_TheNextOneLeadsAtOnceAndCountsATransition()
    {
        var space = await CreateAsync("election-resign", LeaderRules.Free);
        using var first = new Copy(space, "a", TimeSpan.FromHours(1));
        using var second = new Copy(space, "b", TimeSpan.FromHours(1));
        await first.StartAsync();
        var term = await first.TermAsync();
        await second.StartAsync();
        await second.UntilAsync(c => c.Election.Leader == "a");
        Assert.Null(second.Election.Term);

        await first.Election.ResignAsync(Cancellation);

        Assert.False(term.IsCurrent);
        Assert.True(term.Ended.IsCancellationRequested);
        Assert.Null(first.Election.Term);
        await second.TermAsync();
        Assert.Equal(2, (int)(await second.LeaseAsync())["spec"]!["leaseTransitions"]!);
    }

    [Fact]
    public async Task Lead_SomebodyWritesAnotherHolder_EndsAndLeadsAgainWhenThatOneShowsNoSignOfLife()
    {
        var space = await CreateAsync("election-edit");
        using var copy = new Copy(space, "a");
        await copy.StartAsync();
        var term = await copy.TermAsync();

        await space.Admin.PatchAsync(copy.Path, """{"spec": {"holderIdentity": "somebody"}}""", Cancellation);

        // Asked of the log: after a while the copy holds it again.
        await copy.UntilAsync(c => term.Ended.IsCancellationRequested && c.Log.GetSnapshot().Any(r => r.Message == $"The Lease '{space.Name}/autoscaling' is held by 'somebody'."));
        await copy.TermAsync(after: term);
    }

    [Fact]
    public async Task Lead_SomebodyDeletesTheLease_EndsAndMakesItAgain()
    {
        var space = await CreateAsync("election-delete");
        using var copy = new Copy(space, "a");
        await copy.StartAsync();
        var term = await copy.TermAsync();

        await space.Admin.DeleteAsync(copy.Path, Cancellation);

        await copy.TermAsync(after: term);
        Assert.True(term.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Lead_SomebodyDeletesTheLeaseAndAFreshCopyStarts_ItLeadsOnlyWhenTheOldOneDoesNoLonger()
    {
        var space = await CreateAsync("election-fresh", LeaderRules.Free);
        using var old = new Copy(space, "a", retry: TimeSpan.FromSeconds(1.3)); // So rarely that it does not notice for a while.
        await old.StartAsync();
        await old.UntilAsync(c => c.Election.Term is not null);
        var term = old.Election.Term!;
        await space.Admin.DeleteAsync(old.Path, Cancellation);

        using var fresh = new Copy(space, "b");
        await fresh.StartAsync();

        await fresh.UntilAsync(c => c.Election.Term is not null || old.Election.Term is { } again && again.Number != term.Number);
        Assert.False(term.IsCurrent);
    }

    [Fact]
    public async Task Resign_BeforeTheLeaseThatItMadeLetsItLead_TheNextOneWaitsToo()
    {
        var space = await CreateAsync("election-early");
        using var copy = new Copy(space, "a", TimeSpan.FromHours(1));
        await copy.StartAsync();
        await copy.UntilAsync(c => c.Election.Leader == "a");
        Assert.Null(copy.Election.Term);

        await copy.Election.ResignAsync(Cancellation);

        var lease = await copy.LeaseAsync();
        Assert.Equal(("", 3600), ((string?)lease["spec"]!["holderIdentity"] ?? "", (int)lease["spec"]!["leaseDurationSeconds"]!));
    }

    [Theory]
    [InlineData("transitions", """{"holderIdentity": "", "leaseTransitions": 2147483647}""", 0)]
    [InlineData("future", """{"holderIdentity": "b", "leaseDurationSeconds": 1, "acquireTime": "9999-01-01T00:00:00.000000Z", "renewTime": "9999-01-01T00:00:00.000000Z"}""", 1)]
    [InlineData("past", """{"holderIdentity": "b", "leaseDurationSeconds": 1, "acquireTime": "1970-01-01T00:00:00.000000Z", "renewTime": "1970-01-01T00:00:00.000000Z", "leaseTransitions": 4}""", 5)]
    [InlineData("bare", """{"holderIdentity": "b"}""", 1)]
    public async Task Start_TheLeaseHasOddFields_LeadsAllTheSame(string name, string lease, int transitions)
    {
        var space = await CreateAsync("election-odd-" + name, lease);
        using var copy = new Copy(space, "a");
        await copy.StartAsync();
        await copy.UntilAsync(c => c.Election.Term is not null);
        Assert.Equal(transitions, (int?)(await copy.LeaseAsync())["spec"]!["leaseTransitions"] ?? 0);
        Assert.DoesNotContain(copy.Log.GetSnapshot(), r => r.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Start_TheHolderMayTakeForEver_SaysHowLongItWaits()
    {
        var space = await CreateAsync("election-odd-ever", """{"holderIdentity": "b", "leaseDurationSeconds": 2147483647}""");
        using var copy = new Copy(space, "a");
        await copy.StartAsync();
        await copy.UntilAsync(c => c.Log.GetSnapshot().Any(r => r.Id.Name == "LeaseTooLong"));
        Assert.Equal(
            "The Lease 'election-odd-ever/autoscaling' says that its holder may show no sign of life for 24855d 3h 14m 7s; this copy waits no longer than 1h for one.",
            Assert.Single(copy.Log.GetSnapshot(), r => r.Level >= Microsoft.Extensions.Logging.LogLevel.Warning).Message);
    }

    [Fact]
    public async Task Lead_SomebodyLabelsTheLease_LeadsOnAndTheLabelStays()
    {
        var space = await CreateAsync("election-label", LeaderRules.Free);
        using var copy = new Copy(space, "a", TimeSpan.FromHours(1));
        await copy.StartAsync();
        var term = await copy.TermAsync();

        var labelled = await space.Admin.PatchAsync(copy.Path, """{"metadata": {"labels": {"team": "a"}}}""", Cancellation);
        while ((await copy.LeaseAsync())["spec"]!["renewTime"]!.ToString() == labelled["spec"]!["renewTime"]!.ToString()) await Task.Delay(20, Cancellation);

        Assert.True(term.IsCurrent);
        Assert.Equal("a", (string?)(await copy.LeaseAsync())["metadata"]!["labels"]!["team"]);
    }

    [Fact]
    public async Task Lead_TheWallClockIsSetBackAndForth_TheTermOnlyEndsForwards()
    {
        var space = await CreateAsync("election-clock", LeaderRules.Free);
        // Not renewed meanwhile, which would begin the term anew.
        using var copy = new Copy(space, "a", TimeSpan.FromHours(1), TimeSpan.FromMinutes(30));
        await copy.StartAsync();
        var term = await copy.TermAsync();

        copy.Time.WallClockIsOff = TimeSpan.FromHours(-5);
        Assert.True(term.IsCurrent);

        // As after a night in which the machine slept and its other clock stood still.
        copy.Time.WallClockIsOff = TimeSpan.FromHours(5);
        Assert.False(term.IsCurrent);
        Assert.Null(copy.Election.Term);
    }

    [Fact]
    public async Task Lead_TheApiServerGivesNoAnswer_EndsByItsOwnClockAndLeadsAgainAfterwards()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "election-down", LeaderRules.Leases);
        // Renewed within 7 s, which a busy machine can do.
        using var copy = new Copy(space, "a", TimeSpan.FromSeconds(10));
        await copy.StartAsync();
        var term = await copy.TermAsync();
        plane.KillApiServer();
        await copy.UntilAsync(_ => term.Ended.IsCancellationRequested);
        Assert.Null(copy.Election.Term);
        var trouble = Assert.Single(copy.Log.GetSnapshot(), r => r.Id.Name == "LeaseTrouble");

        // A request may have been under way.
        Assert.Matches("^The Lease 'election-down/autoscaling' cannot be looked after: (the answer of )?the API server https://127.0.0.1:", trouble.Message);

        await plane.RestartApiServerAsync(Cancellation);

        Assert.Equal(term.Number, (await copy.TermAsync()).Number);
        await copy.UntilAsync(c => c.Log.GetSnapshot().Any(r => r.Message == "The Lease 'election-down/autoscaling' can be looked after again."));
    }

    [Theory]
    [InlineData("get", "get leases 'autoscaling' in namespace 'election-rule-get'")]
    [InlineData("create", "create leases in namespace 'election-rule-create'")]
    [InlineData("update", "update leases 'autoscaling' in namespace 'election-rule-update'")]
    public async Task Rule_IsMissing_TheSentenceNamesIt(string verb, string call)
    {
        var verbs = string.Join(", ", new List<string> { "get", "create", "update" }.Where(v => v != verb).Select(v => $"\"{v}\""));
        var space = await TestNamespace.CreateAsync(
            await cluster.PlaneAsync(), "election-rule-" + verb, $$"""{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": [{{verbs}}]}""");
        using var copy = new Copy(space, "a", TimeSpan.FromHours(1));
        await copy.StartAsync();
        await copy.UntilAsync(c => c.Log.GetSnapshot().Any(r => r.Id.Name == "LeaseTrouble"));
        Assert.Equal(
            $"The Lease '{space.Name}/autoscaling' cannot be looked after: the user '{space.User}' may not {call}; add to its Role: apiGroups [coordination.k8s.io], resources [leases], verbs [{verb}]. It is tried again.",
            copy.Log.GetSnapshot().First(r => r.Id.Name == "LeaseTrouble").Message);
    }

    [Fact]
    public async Task Host_OptionsAreWrong_DoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddAutoScaling().UseKubernetes().UseLeaderElection(o => o.LeaseName = "");
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Equal(["LeaseName must be a Kubernetes name, but is ''."], error.Failures);
    }

    [Fact]
    public void Builder_WithoutUseKubernetes_SaysWhatIsMissing()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddAutoScaling().UseLeaderElection().SaveStateToKubernetes();
        using var host = builder.Build();
        Assert.Equal(
            "UseLeaderElection needs a cluster, but none is registered: call UseKubernetes.",
            Assert.Throws<ScalingException>(host.Services.GetRequiredService<ILeaderElection>).Message);
        Assert.Equal(
            "SaveStateToKubernetes needs a cluster, but none is registered: call UseKubernetes.",
            Assert.Throws<ScalingException>(host.Services.GetRequiredService<IScalingStateStore>).Message);
    }

    /// <param name="name">What the namespace is called.</param>
    /// <param name="lease">What the Lease says that is there already, if there is one.</param>
    private async Task<TestNamespace> CreateAsync(string name, string? lease = null)
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), name, LeaderRules.Leases);
        if (lease is not null) await LeaderRules.CreateLeaseAsync(space.Admin, space.Name, lease);
        return space;
    }

    /// <summary>One copy's part in the election, with times that make tests quick.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly TestNamespace _space;
        private int _changes;

        /// <param name="space">Where the Lease is.</param>
        /// <param name="identity">Its name.</param>
        /// <param name="lease">How long the lease holds: by default 5 s, of which it leads 3.5 s after a renewal; a machine that is too busy for that ends terms.</param>
        /// <param name="retry">How often it looks at the lease: by default every 0.3 s.</param>
        public Copy(TestNamespace space, string identity, TimeSpan? lease = null, TimeSpan? retry = null)
        {
            _space = space;
            var options = new LeaderElectionOptions
            {
                Namespace = space.Name,
                Identity = identity,
                LeaseDuration = lease ?? TimeSpan.FromSeconds(5),
                RenewDeadline = (lease ?? TimeSpan.FromSeconds(5)) * 0.7,
                RetryPeriod = retry ?? TimeSpan.FromMilliseconds(300),
            };
            var api = new ApiClient(space.Options().Apart(LeaseElection.RequestTimeout(options)), Time);
            Election = new(options, api, Time, new FakeLogger<LeaseElection>(Log));
        }

        public LeaseElection Election { get; }

        public FakeLogCollector Log { get; } = new();

        public ShiftedTime Time { get; } = new();

        public int Changes => Volatile.Read(ref _changes);

        public string Path => $"/apis/coordination.k8s.io/v1/namespaces/{_space.Name}/leases/autoscaling";

        public ValueTask StartAsync() => Election.StartAsync(() => Interlocked.Increment(ref _changes), Cancellation);

        public Task<System.Text.Json.Nodes.JsonNode> LeaseAsync() => _space.Admin.GetAsync(Path, Cancellation);

        /// <summary>Waits until it leads, and in another term than before.</summary>
        public async Task<LeaderTerm> TermAsync(LeaderTerm? after = null)
        {
            while (true)
            {
                if (Election.Term is { } term && term.Number != after?.Number) return term;
                await Task.Delay(10, Cancellation);
            }
        }

        public async Task UntilAsync(Func<Copy, bool> condition)
        {
            while (!condition(this)) await Task.Delay(10, Cancellation);
        }

        public void Dispose() => Election.Dispose();
    }

    /// <summary>Real time with a wall clock that somebody may set.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan WallClockIsOff { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClockIsOff;
    }
}
