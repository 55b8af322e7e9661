using AutoScaling.Prometheus.Tests.Server;

namespace AutoScaling.Prometheus.Tests.Reading;

/// <summary>Readings of a real server.</summary>
[Collection(nameof(HistoryUsers))]
public sealed class RealServerTests(HistoryFixture server)
{
    private const string Odd = "odd.name\"'\\";

    [Theory]
    [InlineData("web", 12)]
    [InlineData("orders", 3)]
    [InlineData(Odd, 2)]
    public async Task Read_OfARateByTarget_IsTheTargetsOwn(string target, double rate)
    {
        await using var sources = Of(p => p.Add("rps", "sum by (service) (rate(http_requests_total[2m]))"));
        Available(rate, await sources.ReadAsync(target, "rps"));
    }

    [Fact]
    public async Task Read_ByAPatternOfLabels_FindsTheTarget()
    {
        await using var sources = Of(p =>
        {
            p.TargetLabel = "{namespace}/deployments/{service}";
            p.Add("rps", "sum by (namespace, service) (rate(http_requests_total[2m]))");
        });
        Available(12, await sources.ReadAsync("shop/deployments/web", "rps"));
        Fails(MetricStatus.Missing, "none of the query's 3 series is for it, by {namespace}/deployments/{service} (1 lack a label of the target)",
            await sources.ReadAsync("shop/deployments/api", "rps"));
    }

    [Theory]
    [InlineData("sum(rate(http_requests_total{service='{target}'}[2m]))", Odd, 2)]
    [InlineData("sum(rate(http_requests_total{service=\"{target}\"}[2m]))", Odd, 2)]
    [InlineData("sum(rate(http_requests_total{service=~'{target:regex}'}[2m]))", Odd, 2)]
    [InlineData("sum(rate(http_requests_total{service=~'{target:regex}|orders'}[2m]))", "web", 15)]
    [InlineData("scalar(sum(rate(http_requests_total{service='{target}'}[2m])))", "web", 12)]
    [InlineData("sum by (service) (rate(http_requests_total[2m]))", "web", 12)]
    [InlineData("depth{service='{target}'}", "web", 42)]
    public async Task Read_OfAnExpressionInPlaceOfAName_IsAsked(string expression, string target, double value)
    {
        await using var sources = Of(_ => { });
        Available(value, await sources.ReadAsync(target, new MetricRef(expression)));
    }

    [Fact]
    public async Task Read_ForEachTarget_FillsInTheLabelsOfItsName()
    {
        await using var sources = Of(p =>
        {
            p.TargetLabel = "{namespace}/{service}";
            p.Add("rps", "sum(rate(http_requests_total{namespace='{namespace}',service='{service}'}[2m]))");
        });
        Available(3, await sources.ReadAsync("shop/orders", "rps"));
        Fails(MetricStatus.Failed, "its query needs the label 'namespace', but the target's name does not have the form {namespace}/{service}",
            await sources.ReadAsync("orders", "rps"));
    }

    [Fact]
    public async Task Read_OfAPlainSelector_HasTheTimeOfTheSample()
    {
        await using var sources = Of(p => p.Add("queue", "depth"));
        var reading = await sources.ReadAsync("orders", "queue");
        Available(17, reading);
        Assert.InRange(TimeProvider.System.GetUtcNow() - reading.At, TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(300));
    }

    [Fact]
    public async Task Read_WithAnExpressionForTheTime_HasThatTime()
    {
        await using var sources = Of(p => p.Add("queue", "sum by (service) (depth)", sampleTime: "min by (service) (timestamp(depth))"));
        var reading = await sources.ReadAsync("orders", "queue");
        Available(17, reading);
        Assert.InRange(TimeProvider.System.GetUtcNow() - reading.At, TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(300));
    }

    [Theory]
    [InlineData("sum by (service) (depth)", "min by (service) (timestamp(temperature))", MetricStatus.Missing, "the query for the time of its values has no series for it")]
    [InlineData("depth", "min by (", MetricStatus.Failed, "for the time of its values, the server refuses the query (400, bad_data): invalid parameter \"query\": 1:9: parse error: unclosed left parenthesis")]
    [InlineData("depth", "sum(depth) * 1e300", MetricStatus.Failed, "for the time of its values, none of the query's 1 series has the label service: keep it, as in sum by (service) (...)")]
    public async Task Read_WithoutATime_SaysSo(string query, string sampleTime, MetricStatus status, string reason)
    {
        await using var sources = Of(p => p.Add("queue", query, sampleTime));
        Fails(status, reason, await sources.ReadAsync("orders", "queue"));
    }

    [Theory]
    [InlineData("absent by name", "nothing_of_this_name * 1", MetricStatus.Missing, "the query has no series")]
    [InlineData("old", "depth", MetricStatus.Missing, "none of the query's 2 series is for it, by service")]
    [InlineData("several", "rate(http_requests_total{service=~'.*'}[2m]) * on () group_left vector(1)", MetricStatus.Missing, "none of the query's 4 series is for it, by service")]
    [InlineData("no label", "sum(rate(http_requests_total[2m]))", MetricStatus.Failed, "none of the query's 1 series has the label service: keep it, as in sum by (service) (...)")]
    [InlineData("syntax", "sum by (service) (rate(http_requests_total[2m])", MetricStatus.Failed, "the server refuses the query (400, bad_data): invalid parameter \"query\": 1:48: parse error: unclosed left parenthesis")]
    [InlineData("no window", "rate(depth)", MetricStatus.Failed, "the server refuses the query (400, bad_data): invalid parameter \"query\": 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("scalar", "scalar(sum(depth))", MetricStatus.Failed, "the query yields a scalar, which names no target: leave scalar() out, or name the target in it as '{target}'")]
    [InlineData("matrix", "depth[2m]", MetricStatus.Failed, "the query yields a matrix where one value is wanted for each series: use a function such as rate() around it")]
    [InlineData("string", "\"depth\"", MetricStatus.Failed, "the query yields a string where one value is wanted for each series: use a function such as rate() around it")]
    public async Task Read_OfWhatIsNone_SaysWhy(string what, string query, MetricStatus status, string reason)
    {
        await using var sources = Of(p => p.Add("it", query));
        var reading = await sources.ReadAsync("gone", "it");
        Fails(status, reason, reading);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Read_OfTwoSeriesForOneTarget_NamesTheFix()
    {
        await using var sources = Of(p => p.Add("rps", "rate(http_requests_total[2m])"));
        Fails(MetricStatus.Failed, "2 series are for it where one is wanted: aggregate them, as in sum by (service) (...)", await sources.ReadAsync("web", "rps"));
        Available(3, await sources.ReadAsync("orders", "rps"));
        Fails(MetricStatus.Failed, "3 series are for it where one is wanted: aggregate them, as in sum(...)",
            await sources.ReadAsync("web", new MetricRef("busy{service='{target}'}")));
    }

    [Theory]
    [InlineData("temperature", "its value is not a number")]
    [InlineData("pressure", "its value is infinite")]
    [InlineData("scalar(nothing{service='{target}'})", "its value is not a number")]
    [InlineData("sum by (service) (temperature) / 0", "its value is not a number")]
    [InlineData("rsp", "the query has no series, which is no metric of its settings and was asked as an expression")]
    public async Task Read_OfNoUsableValue_IsMissing(string query, string reason)
    {
        await using var sources = Of(_ => { });
        Fails(MetricStatus.Missing, reason, await sources.ReadAsync("web", new MetricRef(query)));
    }

    [Fact]
    public async Task Read_OfAClassicHistogram_ComesFromItsQuantile()
    {
        await using var sources = Of(p => p.Add("latency", "histogram_quantile(0.9, sum by (service, le) (rate(latency_bucket[2m])))"));
        Available(0.5, await sources.ReadAsync("web", "latency"));
    }

    [Fact]
    public async Task Read_ByReplica_KnowsWhichAreMeasured()
    {
        await using var sources = Of(p => p.Add("busy", "busy", replicaLabel: "pod"));
        var reading = await sources.ReadAsync("web", "busy");
        Available(70, reading);
        Assert.Equal(["web-a 60", "web-b 80", "web-c "], reading.Replicas.Select(r => $"{r.Name} {r.Value}").Order());
        Assert.Equal(reading.Replicas.Single(r => r.Name == "web-b").At, reading.At);

        // Of four replicas two are measured, at 70 % of a target of 140 %. Who knows no replica asks for half of them; who does supposes that
        // the other two work as hard as they may.
        var replicas = ReplicaStatus.AllReady(4) with
        {
            Members = [.. "abcd".Select(letter => new Replica { Name = $"web-{letter}", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.Ready })],
        };
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 20), Rules = [new TargetTrackingRule { Metric = "busy@prom", Kind = TargetKind.AverageValue, Target = 140 }], MaxMetricAge = TimeSpan.FromMinutes(5) };
        var seen = new ScalingObservation { Replicas = replicas, Metrics = new(reading.From("prom")) };
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(3, ScalingDecisionEngine.Decide(policy, ScalingState.New, seen, now).Recommended);
        var blended = seen with { Metrics = new(MetricReading.Available(new("busy", "prom"), 70, reading.At)) };
        Assert.Equal(2, ScalingDecisionEngine.Decide(policy, ScalingState.New, blended, now).Recommended);
    }

    [Theory]
    [InlineData("pod", "busy{pod='web-c'}", "none of its 1 replicas has a finite value of a known time")]
    [InlineData("node", "busy{pod='web-a'}", "a series of it lacks the label node, which names the replica")]
    [InlineData("namespace", "rate(http_requests_total[2m])", "2 series are for its replica 'shop' where one is wanted: aggregate them, as in sum by (service, namespace) (...)")]
    public async Task Read_ByReplicaWithoutOne_SaysWhy(string label, string query, string reason)
    {
        await using var sources = Of(p => p.Add("busy", query, replicaLabel: label));
        var reading = await sources.ReadAsync("web", "busy");
        Assert.NotEqual(MetricStatus.Available, reading.Status);
        Assert.Equal(reason, reading.Reason);
    }

    private static void Available(double value, MetricReading reading)
    {
        Assert.Null(reading.Reason);
        Assert.Equal(MetricStatus.Available, reading.Status);
        Assert.Equal(value, reading.Value, value * 0.01);
    }

    private static void Fails(MetricStatus status, string reason, MetricReading reading)
    {
        Assert.Equal(reason, reading.Reason);
        Assert.Equal(status, reading.Status);
        Assert.Equal(0, reading.Value);
    }

    private Sources Of(Action<PrometheusOptions> configure) => new(server.Url, configure);
}
