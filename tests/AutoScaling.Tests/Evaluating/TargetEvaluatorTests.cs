using AutoScaling.Tests.Loop;

namespace AutoScaling.Tests.Evaluating;

/// <summary>One target once, as a scheduler of one's own evaluates it: without a host, a container or a loop.</summary>
public sealed class TargetEvaluatorTests : IDisposable
{
    private static readonly ScalingPolicy Web = new() { Target = "web", Range = new(1, 20) };

    private readonly TestTime _time = new();
    private readonly TestScaler _scaler;
    private readonly TestMetrics _metrics;
    private readonly TargetEvaluator _evaluator;
    private readonly TargetCalls _calls = new();
    private double _cpu = 90;

    public TargetEvaluatorTests()
    {
        _scaler = new(_time, 4);
        _metrics = TestMetrics.Cpu(_time, () => _cpu);
        _evaluator = new(_scaler, _metrics, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _evaluator.Dispose();

    [Fact]
    public async Task Evaluate_GoesOnFromTheNextState_CooldownHolds()
    {
        var first = await EvaluateAsync(ScalingState.New);
        Assert.Equal((6, ScaleOutcomeKind.Applied, null), (_scaler.Replicas("web"), first.Outcome.Kind, first.Error));
        _time.Advance(TimeSpan.FromSeconds(30));
        var second = await EvaluateAsync(first.Next);
        Assert.Equal((6, ScalingGuard.Cooldown), (second.Decision!.To, Assert.Single(second.Decision.Steps).Guard));
    }

    [Fact]
    public async Task Evaluate_SourcesAndScalersHaveNames_EachIsAskedByItsName()
    {
        var orders = new TestMetrics { Answer = (_, _) => new(new ServiceMetrics(MetricReading.Available("queue", 70, _time.GetUtcNow()))) };
        var other = new TestScaler(_time, 4);
        using var evaluator = new TargetEvaluator(name => name == "other" ? other : null, source => source == "orders" ? orders : null, _time);
        var rule = new BacklogRule { Metric = "queue@orders", ThroughputPerReplica = 0.2, DrainTime = TimeSpan.FromSeconds(50) };
        var record = await evaluator.EvaluateAsync(Web with { Scaler = "other", Rules = [rule] }, ScalingState.New, _calls, cancellationToken: Stop);
        Assert.Equal(7, other.Replicas("web"));
        Assert.Equal("queue@orders", Assert.Single(record.Observation!.Metrics).Metric.ToString());
        var unknown = await evaluator.EvaluateAsync(Web, ScalingState.New, _calls, cancellationToken: Stop);
        Assert.Equal("'web' could not be evaluated: the scaler '' is not registered.", unknown.Error);
    }

    [Fact]
    public async Task Evaluate_BeforeScaling_TheIntentIsGivenAndTheScalerWaitsForIt()
    {
        ScalingState? saved = null;
        var record = await _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, Save, cancellationToken: Stop);
        Assert.Equal((4, 6), (saved!.Intent!.From, saved.Intent.To));
        Assert.Null(record.Next.Intent);
        Assert.Equal(6, _scaler.Replicas("web"));

        async ValueTask<string?> Save(ScalingDecision decision, ScalingState intended, CancellationToken stop)
        {
            await Task.Yield();
            Assert.Equal((4, 6, 4), (decision.From, decision.To, _scaler.Replicas("web")));
            saved = intended;
            return null;
        }
    }

    [Fact]
    public async Task Evaluate_NothingIsToBeScaled_NothingIsIntended()
    {
        _cpu = 60;
        var record = await _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, (_, _, _) => throw new InvalidOperationException("asked"), cancellationToken: Stop);
        Assert.Equal(ScaleOutcomeKind.Unchanged, record.Outcome.Kind);
    }

    [Theory]
    [InlineData("refuses", "it is holiday")]
    [InlineData("throws", "the disk is full")]
    [InlineData("hangs", "it did not answer within 5s")]
    public async Task Evaluate_TheIntentIsRefused_IsRejectedAndNothingIsScaled(string how, string reason)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<string?>();
        var evaluation = _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, Ask, cancellationToken: Stop).AsTask();
        await asked.Task.WaitAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(5));
        var record = await evaluation;
        Assert.Equal((ScaleOutcome.Rejected(reason), null), (record.Outcome, record.Next.Intent));
        Assert.Empty(_scaler.Fake.Calls);

        ValueTask<string?> Ask(ScalingDecision decision, ScalingState intended, CancellationToken stop)
        {
            asked.TrySetResult();
            return how switch
            {
                "refuses" => new(reason),
                "throws" => throw new IOException("the disk is full."),
                _ => new(never.Task),
            };
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evaluate_AfterACrashAroundTheScaling_TheReplicasSayWhatBecameOfIt(bool tookPlace)
    {
        // All that is left is what was saved before.
        ScalingState? saved = null;
        _scaler.Scale = (target, _) =>
        {
            if (tookPlace) _scaler.Fake.SetReplicas(target, 6);
            throw new InvalidOperationException("The power is gone.");
        };
        await _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, (_, intended, _) => Save(intended), cancellationToken: Stop);
        _scaler.Scale = null;
        _time.Advance(TimeSpan.FromSeconds(30));
        var record = await _evaluator.EvaluateAsync(Web, ScalingState.FromJson(saved!.ToJson()), new(), cancellationToken: Stop);
        Assert.Equal((6, null), (_scaler.Replicas("web"), record.Decision!.Expected));
        Assert.Equal(tookPlace ? ScaleOutcomeKind.Unchanged : ScaleOutcomeKind.Applied, record.Outcome.Kind);

        ValueTask<string?> Save(ScalingState intended)
        {
            saved = intended;
            return new((string?)null);
        }
    }

    [Fact]
    public async Task Evaluate_AScalingIsStillUnderWay_NothingIsAskedUntilItHasComeBack()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<ScaleOutcome>();
        _scaler.Scale = (_, _) =>
        {
            asked.TrySetResult();
            return new(late.Task);
        };
        var evaluation = _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, cancellationToken: Stop).AsTask();
        await asked.Task.WaitAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(5));
        var first = await evaluation;
        Assert.Equal(ScaleOutcome.Doubtful("it did not answer within 5s"), first.Outcome);
        Assert.NotNull(first.Next.Intent);

        var second = await EvaluateAsync(first.Next);
        Assert.Equal("'web' could not be evaluated: an earlier call has not come back yet.", second.Error);
        Assert.NotNull(second.Next.Intent);

        // It has come back, and somebody has scaled the target since.
        late.SetResult(ScaleOutcome.Applied);
        _scaler.Fake.SetReplicas("web", 8);
        _time.Advance(TimeSpan.FromSeconds(30));
        var third = await EvaluateAsync(second.Next);
        Assert.Equal((6, 8), (third.Decision!.Expected, third.Decision.From));
        Assert.Equal(ScalingGuard.Cooldown, Assert.Single(third.Decision.Steps).Guard);
        Assert.Null(third.Next.Intent);
    }

    [Fact]
    public async Task Scale_ByHand_IsAScalingLikeAnyOther()
    {
        var scaled = await _evaluator.ScaleAsync(Web, ScalingState.New, _calls, 9, cancellationToken: Stop);
        Assert.Equal((9, true, ScaleOutcomeKind.Applied), (_scaler.Replicas("web"), scaled.IsManual, scaled.Outcome.Kind));
        var record = await EvaluateAsync(scaled.Next);
        Assert.Equal((9, null), (record.Decision!.To, record.Decision.Expected));
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await _evaluator.ScaleAsync(Web, scaled.Next, _calls, 21, cancellationToken: Stop));
        Assert.Equal("Replicas of 'web' must be between Min (1) and Max (20), but is 21.", error.Message);
    }

    [Fact]
    public async Task Scale_AfterACrash_NobodyElseIsAccused()
    {
        var begun = (await EvaluateAsync(ScalingState.New)).Next;
        ScalingState? saved = null;
        await _evaluator.ScaleAsync(Web, begun, _calls, 9, (_, intended, _) => { saved = intended; return new((string?)null); }, Stop);
        var record = await _evaluator.ScaleAsync(Web, saved!, new(), 11, cancellationToken: Stop);
        Assert.Equal((9, null), (record.Decision!.From, record.Decision.Expected));
    }

    [Fact]
    public async Task ReadMetrics_SourceFails_SaysWhy()
    {
        Assert.Equal("cpu = 90", (await _evaluator.ReadMetricsAsync(Web, _calls, Stop)).ToString());
        _metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        Assert.Equal("cpu cannot be read: Prometheus answered 503", (await _evaluator.ReadMetricsAsync(Web, _calls, Stop)).ToString());
    }

    [Fact]
    public async Task Evaluate_IsEnded_ThrowsAndDecidesNothing()
    {
        using var ended = new CancellationTokenSource();
        _metrics.Answer = async (_, stop) =>
        {
            await ended.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
            return ServiceMetrics.Empty;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _evaluator.EvaluateAsync(Web, ScalingState.New, _calls, cancellationToken: ended.Token));
        Assert.Empty(_scaler.Fake.Calls);
        while (_calls.IsBusy(null)) await Task.Yield();
        _metrics.Answer = (_, _) => new(ServiceMetrics.Of(_time.GetUtcNow(), 90));
        Assert.Equal(6, (await EvaluateAsync(ScalingState.New)).Decision!.To);
    }

    [Fact]
    public void New_TimeoutBreaksItsRule_SaysSo()
    {
        var error = Assert.Throws<ScalingException>(() => new TargetEvaluator(_ => _scaler, _ => _metrics, _time, TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1)));
        Assert.Equal("Timeout must be more than 0 and at most 24 hours, but is 1d 1s.", error.Message);
    }

    /// <summary>Deadlines are used again and again: no call may be cut off by the deadline of one that is over, nor outlast its own.</summary>
    [Fact]
    public async Task Evaluate_ManyAtOnceWithPortsThatHangAndThatDoNot_EachHasItsOwnDeadline()
    {
        for (var round = 0; round < 5; round++)
        {
            var hanging = new TaskCompletionSource<ReplicaStatus>();
            _scaler.Read = (target, stop) => target.Name.EndsWith("hangs", StringComparison.Ordinal) ? new(hanging.Task.WaitAsync(stop)) : _scaler.Fake.GetReplicasAsync(target, stop);
            var evaluations = Enumerable.Range(0, 40).Select(i => Web with { Target = i % 4 == 0 ? $"t{i}-hangs" : $"t{i}" })
                .Select(p => _evaluator.EvaluateAsync(p, ScalingState.New, new(), cancellationToken: Stop).AsTask()).ToList();
            _time.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Equal(30, evaluations.Count(e => e.IsCompletedSuccessfully));
            _time.Advance(TimeSpan.FromSeconds(0.2));
            var records = await Task.WhenAll(evaluations);
            Assert.Equal(10, records.Count(r => r.Error?.EndsWith("could not be evaluated: it did not answer within 5s.", StringComparison.Ordinal) == true));
        }
    }

    [Fact]
    public async Task Evaluate_Disposed_EvaluatesNothing()
    {
        _evaluator.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => EvaluateAsync(ScalingState.New));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _evaluator.ScaleAsync(Web, ScalingState.New, _calls, 5, cancellationToken: Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _evaluator.ReadMetricsAsync(Web, _calls, Stop));
        Assert.Empty(_metrics.Asked);
        Assert.Empty(_scaler.Fake.Calls);
    }

    [Fact]
    public async Task Evaluate_DisposedWhileItReads_ScalesNothing()
    {
        _metrics.Answer = (_, _) =>
        {
            _evaluator.Dispose();
            return new(ServiceMetrics.Of(_time.GetUtcNow(), 90));
        };
        var record = await EvaluateAsync(ScalingState.New);
        Assert.Equal((6, ScaleOutcome.Rejected("the evaluator was disposed")), (record.Decision!.To, record.Outcome));
        Assert.Empty(_scaler.Fake.Calls);
    }

    [Fact]
    public async Task Evaluate_DisposedWhileACallHangs_ItIsGivenUp()
    {
        _scaler.Read = (_, _) => new(new TaskCompletionSource<ReplicaStatus>().Task);
        var evaluation = EvaluateAsync(ScalingState.New);
        _evaluator.Dispose();
        Assert.Equal("'web' could not be evaluated: it did not answer within 5s.", (await evaluation).Error);
    }

    private async Task<ScalingRecord> EvaluateAsync(ScalingState state) => await _evaluator.EvaluateAsync(Web, state, _calls, cancellationToken: Stop);
}
