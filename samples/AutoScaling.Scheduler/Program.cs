using AutoScaling;

// A scheduler of one's own: a timer instead of the hosted loop, one target, and its state in a file, so that it goes on where it stopped.
// The service is made up, so that it runs anywhere. It ends after ten seconds, or with Ctrl-C.
var time = TimeProvider.System;
var policy = new ScalingPolicy { Target = "web", Range = new(1, 5), Rules = [new ThresholdRule { CpuTarget = 50 }] };
var metrics = new SimulatedMetricsProvider(time, new() { Variation = 0.8, Period = TimeSpan.FromSeconds(10) });
using var evaluator = new TargetEvaluator(new FakeScaler(time), metrics, time);
using var store = new FileStateStore(args is [var path] ? path : "state.json");
using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var state = await store.LoadAsync("web", default) ?? ScalingState.New;
var calls = new TargetCalls();
using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
using var ends = stop.Token.Register(timer.Dispose);
do
{
    var record = await evaluator.EvaluateAsync(policy, state, calls, IntendAsync);
    state = record.Next;
    await SaveAsync(state);
    Console.WriteLine(record.Explain());
}
while (await timer.WaitForNextTickAsync());

// Saved before the target is scaled: a crash at any instant leads to no second scaling.
async ValueTask<string?> IntendAsync(ScalingDecision decision, ScalingState intended, CancellationToken cancellationToken)
{
    await SaveAsync(intended);
    return null;
}

async ValueTask SaveAsync(ScalingState saved) => await store.SaveAsync(new Dictionary<string, ScalingState> { ["web"] = saved }, default);
