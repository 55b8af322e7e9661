using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>The ConfigMaps of a stub, and as many stores as a test wants.</summary>
public abstract class StubSaving : IAsyncLifetime
{
    /// <summary>The most bytes in a part of which 24 states need four.</summary>
    protected const int Small = 230;

    private protected const string Index = "autoscaling-state", First = "autoscaling-state-0", Recent = "autoscaling-state-scaled";

    private readonly List<ApiClient> _clients = [];

    private protected StubObjects Maps { get; } = new();

    private protected StubServer Stub { get; private set; } = null!;

    protected FakeLogCollector Log { get; } = new();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Stub = await StubServer.StartAsync();
        Stub.Fault = (context, _, _) => Maps.AnswerAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await Stub.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static Dictionary<string, ScalingState> States(int count) => Enumerable.Range(0, count).ToDictionary(i => $"team/web-{i}", State);

    private protected static Dictionary<string, ScalingState> Only(Dictionary<string, ScalingState> states, string name) => new() { [name] = states[name] };

    protected static ScalingState State(int number) => ScalingState.FromJson($$"""
        {"since": "2026-01-01T12:00:00+00:00", "highs": [], "lows": [], "lastScaleUp": "2026-01-01T12:00:00+00:00", "lastWritten": {{number}}}
        """);

    protected static void AssertSame(IReadOnlyDictionary<string, ScalingState> expected, IReadOnlyDictionary<string, ScalingState> found) => Assert.Equal(
        expected.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())),
        found.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())));

    private protected ConfigMapStateStore Store(int largestPart = ConfigMapStateStore.LargestPart, TimeProvider? time = null)
    {
        var options = Stub.Options();
        options.RetryTime = TimeSpan.FromSeconds(0.2);
        var api = new ApiClient(options, TimeProvider.System);
        _clients.Add(api);
        var log = new FakeLogger<ConfigMapStateStore>(Log);
        return new(ConfigMapDocument.Client(api, "default"), Index, time ?? TimeProvider.System, log, largestPart);
    }

    /// <summary>Breaks the state of one target in a ConfigMap.</summary>
    private protected void BreakState(string map, string target) => Maps.Change(map, node =>
    {
        var data = node["binaryData"]!;
        var states = ZippedStates.Unzip((string)data["states.json.gz"]!);
        states[target] = new JsonObject { ["highs"] = 5 };
        data["states.json.gz"] = ZippedStates.Zip(states.ToJsonString());
    });

    /// <summary>Breaks all that a ConfigMap holds.</summary>
    private protected void BreakAll(string map, string content = "bm90IGEgemlw") =>
        Maps.Change(map, node => node["binaryData"]!["states.json.gz"] = content);
}
