using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Leading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Kubernetes.Tests.Saving;

public sealed class ConfigMapStateStoreTests(ClusterFixture cluster)
{
    private const int Small = 265;
    private static readonly string[] Maps = ["autoscaling-state", "autoscaling-state-0", "autoscaling-state-1", "autoscaling-state-2", "autoscaling-state-3", "autoscaling-state-scaled"];
    private static readonly string[] Verbs = ["get", "create", "update"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LoadAsync_NothingWasSaved_IsEmpty()
    {
        using var saving = await CreateAsync("state-empty");
        Assert.Empty(await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_ThenLoad_EveryStateIsTheSame()
    {
        using var saving = await CreateAsync("state-same");
        var states = States(50);
        var store = saving.Store();
        await store.LoadAllAsync(Cancellation);
        await store.SaveAsync(states, Cancellation);
        AssertSame(states, await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_NotLoadedBefore_IsSavedAllTheSame()
    {
        using var saving = await CreateAsync("state-unloaded");
        await saving.Store().SaveAsync(States(3), Cancellation);
        AssertSame(States(3), await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_NothingHasChanged_SendsNothing()
    {
        using var saving = await CreateAsync("state-unchanged");
        var store = saving.Store();
        await store.SaveAsync(States(3), Cancellation);
        var again = saving.Store();
        await again.LoadAllAsync(Cancellation);
        var mark = await saving.Space.Plane.Audit.MarkAsync(Cancellation);
        await again.SaveAsync(States(3), Cancellation);
        Assert.DoesNotContain(await saving.Space.Plane.Audit.SinceAsync(mark, Cancellation), e => e.User == saving.Space.User);
    }

    [Fact]
    public async Task SaveAsync_MoreThanFits_IsSplitAndOnlyWhatHasChangedIsWritten()
    {
        using var saving = await CreateAsync("state-split");
        var store = saving.Store(Small);
        var some = States(2);
        await store.SaveAsync(some, Cancellation);
        var many = States(24);
        await store.SaveAsync(many, Cancellation);
        Assert.Equal("4", (string?)(await saving.MapAsync("autoscaling-state"))["data"]!["parts"]);
        AssertSame(many, await saving.Store(Small).LoadAllAsync(Cancellation));

        store = saving.Store(Small);
        await store.LoadAllAsync(Cancellation);
        var changed = new Dictionary<string, ScalingState>(many) { ["team/web-7"] = State(99) };
        var mark = await saving.Space.Plane.Audit.MarkAsync(Cancellation);
        await store.SaveAsync(changed, Cancellation);
        Assert.Single(await saving.Space.Plane.Audit.SinceAsync(mark, Cancellation), e => e.User == saving.Space.User);
        AssertSame(changed, await saving.Store(Small).LoadAllAsync(Cancellation));
    }

    /// <summary>The process ends in the middle: here because it may not write the next one.</summary>
    [Theory]
    [InlineData("autoscaling-state-1")]
    [InlineData("autoscaling-state-2")]
    [InlineData("autoscaling-state-3")]
    [InlineData("autoscaling-state-0")]
    public async Task SaveAsync_EndsInTheMiddleOfASplit_NothingIsLost(string last)
    {
        using var saving = await CreateAsync("state-crash-" + last[^1], $$"""
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "get"]},
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["update"],
             "resourceNames": [{{string.Join(", ", Maps.Where(n => n != last).Select(n => $"\"{n}\""))}}]}
            """);
        var many = States(24);
        foreach (var part in new[] { 1, 2, 3 }) await saving.Space.Admin.PostAsync(saving.Path(null), $$$"""{"metadata": {"name": "autoscaling-state-{{{part}}}"}}""", Cancellation);
        await saving.Store().SaveAsync(many, Cancellation);
        var store = saving.Store(Small);
        await store.LoadAllAsync(Cancellation);

        var error = await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(many, Cancellation));

        Assert.Contains($"may not update configmaps '{last}'", error.Message, StringComparison.Ordinal);
        AssertSame(many, await saving.Store(Small).LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomeOfMany_TheyCountUntilAllAreSavedAgain()
    {
        using var saving = await CreateAsync("state-scaled");
        var store = saving.Store();
        var states = States(5);
        await store.SaveAsync(states, Cancellation);
        states["team/web-1"] = State(50);
        states["team/web-6"] = State(60);
        var mark = await saving.Space.Plane.Audit.MarkAsync(Cancellation);
        await store.SaveAsync(states.Where(s => s.Key is "team/web-1" or "team/web-6").ToDictionary(), Cancellation);
        var sent = await saving.Space.Plane.Audit.SinceAsync(mark, Cancellation);
        Assert.Equal("autoscaling-state-scaled", Assert.Single(sent, e => e.User == saving.Space.User).Name);
        AssertSame(states, await saving.Store().LoadAllAsync(Cancellation));

        // Another copy goes on, whose word is the last one until it saves less than all.
        store = saving.Store();
        await store.LoadAllAsync(Cancellation);
        states["team/web-1"] = State(70);
        await store.SaveAsync(states, Cancellation);
        AssertSame(states, await saving.Store().LoadAllAsync(Cancellation));
        states["team/web-1"] = State(80);
        await store.SaveAsync(states.Where(s => s.Key is "team/web-1").ToDictionary(), Cancellation);
        AssertSame(states, await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomeOfManyAreMoreThanFits_AllAreSaved()
    {
        using var saving = await CreateAsync("state-scaled-many");
        var store = saving.Store(Small);
        await store.SaveAsync(States(24), Cancellation);
        await store.SaveAsync(States(12), Cancellation);
        AssertSame(States(24), await saving.Store(Small).LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomeOfManyAndAnotherCopyHasSavedSince_Refuses()
    {
        using var saving = await CreateAsync("state-scaled-stale");
        var old = saving.Store();
        var states = States(5);
        await old.SaveAsync(states, Cancellation);
        await old.SaveAsync(States(2), Cancellation);
        var next = saving.Store();
        await next.LoadAllAsync(Cancellation);
        states["team/web-1"] = State(50);
        await next.SaveAsync(new Dictionary<string, ScalingState> { ["team/web-1"] = states["team/web-1"] }, Cancellation);
        await Assert.ThrowsAsync<ApiException>(async () => await old.SaveAsync(new Dictionary<string, ScalingState> { ["team/web-1"] = State(60) }, Cancellation));
        AssertSame(states, await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_ThenLoad_IsGoneAndTheOthersStay()
    {
        using var saving = await CreateAsync("state-delete");
        var store = saving.Store();
        await store.SaveAsync(States(3), Cancellation);
        await store.DeleteAsync(["team/web-1", "nobody"], Cancellation);
        await store.DeleteAsync(["nobody"], Cancellation);
        Assert.Equal(["team/web-0", "team/web-2"], (await saving.Store().LoadAllAsync(Cancellation)).Keys.Order(StringComparer.Ordinal));
        Assert.Null(await store.LoadAsync("team/web-1", Cancellation));
        Assert.NotNull(await saving.Store().LoadAsync("team/web-2", Cancellation));
    }

    [Fact]
    public async Task SaveAsync_AnotherCopyHasLoadedAndSavedSince_RefusesAndLeavesWhatThatOneSaved()
    {
        using var saving = await CreateAsync("state-stale");
        var old = saving.Store();
        await old.LoadAllAsync(Cancellation);
        await old.SaveAsync(States(3), Cancellation);
        var next = saving.Store();
        await next.LoadAllAsync(Cancellation);
        await next.SaveAsync(States(5), Cancellation);

        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<ApiException>(async () => await old.SaveAsync(States(4), Cancellation));
            Assert.Equal("another copy saves to the ConfigMap 'state-stale/autoscaling-state' now, so that this one does no longer", error.Message);
        }

        AssertSame(States(5), await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_TheLastWordOfACopyThatWasReplaced_IsWrittenOver()
    {
        using var saving = await CreateAsync("state-late");
        var old = saving.Store();
        await old.SaveAsync(States(3), Cancellation);
        var next = saving.Store();
        await next.LoadAllAsync(Cancellation);
        await old.SaveAsync(States(4), Cancellation);
        await next.SaveAsync(States(5), Cancellation);
        AssertSame(States(5), await saving.Store().LoadAllAsync(Cancellation));
        await Assert.ThrowsAsync<ApiException>(async () => await old.SaveAsync(States(6), Cancellation));
    }

    [Theory]
    [InlineData("autoscaling-state")]
    [InlineData("autoscaling-state-0")]
    public async Task SaveAsync_SomebodyHasDeletedOne_ItIsMadeAgain(string map)
    {
        using var saving = await CreateAsync("state-deleted-" + map[^1]);
        var store = saving.Store();
        await store.SaveAsync(States(3), Cancellation);
        await saving.Space.Admin.DeleteAsync(saving.Path(map), Cancellation);
        await store.SaveAsync(States(4), Cancellation);
        AssertSame(States(4), await saving.Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomebodyHasLabelledIt_TheLabelStays()
    {
        using var saving = await CreateAsync("state-label");
        var store = saving.Store();
        await store.SaveAsync(States(3), Cancellation);
        await saving.Space.Admin.PatchAsync(saving.Path("autoscaling-state-0"), """{"metadata": {"labels": {"team": "a"}}}""", Cancellation);
        await store.SaveAsync(States(4), Cancellation);
        var map = await saving.MapAsync("autoscaling-state-0");
        Assert.Equal("a", (string?)map["metadata"]!["labels"]!["team"]);
        AssertSame(States(4), await saving.Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData("bm90IGEgemlw", "The states in the ConfigMap 'state-broken-zip/autoscaling-state-0' cannot be read, so their targets start anew: ")]
    [InlineData(null, "The state of web in the ConfigMap 'state-broken-json/autoscaling-state-0' cannot be read, so it starts anew: ")]
    public async Task LoadAsync_Unreadable_SaysWhat(string? content, string expected)
    {
        using var saving = await CreateAsync("state-broken-" + (content is null ? "json" : "zip"));
        await saving.Store().SaveAsync(States(3), Cancellation);
        content ??= ZippedStates.Zip($$"""{"web": {"highs": 5}, "team/web-1": {{State(7).ToJson()}}}""");
        await saving.Space.Admin.PatchAsync(saving.Path("autoscaling-state-0"), $$$"""{"binaryData": {"states.json.gz": "{{{content}}}"}}""", Cancellation);
        var store = saving.Store();
        var found = await store.LoadAllAsync(Cancellation);
        var told = Assert.Single(saving.Log.GetSnapshot());
        Assert.StartsWith(expected, told.Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, told.Level);
        Assert.Equal(expected.Contains("web in", StringComparison.Ordinal) ? ["team/web-1"] : [], found.Keys);

        // It is written over by the next save.
        await store.SaveAsync(States(2), Cancellation);
        AssertSame(States(2), await saving.Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData("get", "get configmaps 'autoscaling-state' in namespace 'state-rule-get'")]
    [InlineData("create", "create configmaps in namespace 'state-rule-create'")]
    [InlineData("update", "update configmaps 'autoscaling-state' in namespace 'state-rule-update'")]
    public async Task Rule_IsMissing_TheSentenceNamesIt(string verb, string call)
    {
        var verbs = string.Join(", ", Verbs.Where(v => v != verb).Select(v => $"\"{v}\""));
        using var saving = await CreateAsync("state-rule-" + verb, $$"""{"apiGroups": [""], "resources": ["configmaps"], "verbs": [{{verbs}}]}""");
        if (verb == "update") await saving.Space.Admin.PostAsync(saving.Path(null), """{"metadata": {"name": "autoscaling-state"}}""", Cancellation);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await saving.Store().LoadAllAsync(Cancellation));
        Assert.Equal($"the user '{saving.Space.User}' may not {call}; add to its Role: apiGroups [\"\"], resources [configmaps], verbs [{verb}]", error.Message);
    }

    private static Dictionary<string, ScalingState> States(int count) => Enumerable.Range(0, count).ToDictionary(i => $"team/web-{i}", State);

    private static ScalingState State(int number) => ScalingState.FromJson($$"""
        {"since": "2026-01-01T12:00:00+00:00", "highs": [{"at": "2026-01-01T12:00:00+00:00", "replicas": {{number}}}], "lows": [],
         "lastScaleUp": "2026-01-01T12:00:00+00:00", "lastWritten": {{number}}}
        """);

    private static void AssertSame(IReadOnlyDictionary<string, ScalingState> expected, IReadOnlyDictionary<string, ScalingState> found) => Assert.Equal(
        expected.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())),
        found.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())));

    private async Task<SavingSpace> CreateAsync(string name, string rules = LeaderRules.ConfigMaps) => new(await TestNamespace.CreateAsync(await cluster.PlaneAsync(), name, rules));

    /// <summary>A namespace in which states are saved, by as many stores as the test wants.</summary>
    private sealed class SavingSpace(TestNamespace space) : IDisposable
    {
        private readonly List<ApiClient> _clients = [];

        public TestNamespace Space => space;

        /// <summary>What the stores say.</summary>
        public FakeLogCollector Log { get; } = new();

        public ConfigMapStateStore Store(int largestPart = ConfigMapStateStore.LargestPart)
        {
            var api = new ApiClient(space.Options(), TimeProvider.System);
            _clients.Add(api);
            var log = new FakeLogger<ConfigMapStateStore>(Log);
            return new(ConfigMapDocument.Client(api, space.Name), "autoscaling-state", TimeProvider.System, log, largestPart);
        }

        public string Path(string? map) => $"/api/v1/namespaces/{space.Name}/configmaps" + (map is null ? "" : $"/{map}");

        public Task<JsonNode> MapAsync(string map) => space.Admin.GetAsync(Path(map), Cancellation);

        public void Dispose() => _clients.ForEach(c => c.Dispose());
    }
}
