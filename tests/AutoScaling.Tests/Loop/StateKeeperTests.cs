using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Loop;

/// <summary>When states are saved, in a real host and on fake time.</summary>
public sealed class StateKeeperTests : IDisposable
{
    private readonly TestTime _time = new();
    private readonly TestStore _store = new();
    private readonly IHost _host;
    private string _busy = "";

    public StateKeeperTests()
    {
        var metrics = new TestMetrics { Answer = (target, _) => new(ServiceMetrics.Of(_time.GetUtcNow(), target.Name == Volatile.Read(ref _busy) ? 90 : 50)) };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IScalingStateStore>(_store);
        builder.Services.AddAutoScaling(o => (o.StartJitter, o.Interval, o.SaveInterval) = (0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)))
            .AddPolicy("a").AddPolicy("b").UseMetrics(_ => metrics).UseScaler(_ => new TestScaler(_time, 4));
        _host = builder.Build();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_ATargetWasScaled_ItsStateIsSavedAtOnceAndThoseScaledSinceWithIt()
    {
        await _host.StartAsync(Stop);
        _busy = "a";
        await UntilAsync(() => !_store.Scaled.IsEmpty);
        _busy = "b";
        await UntilAsync(() => _store.Scaled.Count == 2);
        Assert.Equal(["a", "a,b"], _store.Scaled);
        Assert.Equal(0, _store.Saves);
        await _host.StopAsync(Stop);
        Assert.Equal(1, _store.Saves);
    }

    [Fact]
    public async Task Save_AllWereSaved_WhatWasScaledBeforeIsNotSavedAgain()
    {
        await _host.StartAsync(Stop);
        _busy = "a";
        await UntilAsync(() => !_store.Scaled.IsEmpty);
        _busy = "";
        await UntilAsync(() => _store.Saves == 1);
        _busy = "b";
        await UntilAsync(() => _store.Scaled.Count == 2);
        Assert.Equal(["a", "b"], _store.Scaled);
        await _host.StopAsync(Stop);
    }

    [Fact]
    public async Task Save_AllCouldNotBeSaved_WhatWasScaledBeforeIsSavedWithTheNext()
    {
        _store.Trouble = new IOException("full");
        await _host.StartAsync(Stop);
        _busy = "a";
        await UntilAsync(() => !_store.Scaled.IsEmpty);
        _busy = "";
        await UntilAsync(() => _store.Trouble is null);
        _busy = "b";
        await UntilAsync(() => _store.Scaled.Count == 2);
        Assert.Equal(["a", "a,b"], _store.Scaled);
        await _host.StopAsync(Stop);
    }

    public void Dispose() => _host.Dispose();

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        }
    }
}
