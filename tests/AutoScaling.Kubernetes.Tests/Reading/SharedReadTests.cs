using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Reading;

public sealed class SharedReadTests
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<string>> _reads = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_ManyAtOnce_ShareOneReading()
    {
        var shared = Shared();

        var answers = Enumerable.Range(0, 100).Select(_ => shared.GetAsync(Cancellation).AsTask()).ToList();
        await BegunAsync(1);
        _reads[0].SetResult("a");

        Assert.All(await Task.WhenAll(answers), a => Assert.Equal("a", a));
        Assert.Single(_reads);
    }

    [Fact]
    public async Task GetAsync_Later_ReadsAnewWhenTheReadingBeganTooLongAgo()
    {
        var shared = Shared();
        var first = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(1);
        _time.Advance(TimeSpan.FromSeconds(3)); // The reading itself takes that long.
        _reads[0].SetResult("a");
        await first;

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal("a", await shared.GetAsync(Cancellation));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var second = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(2);
        _reads[1].SetResult("b");

        Assert.Equal("b", await second);
    }

    [Fact]
    public async Task GetAsync_Failure_IsSharedForASecondAndNeverHiddenBehindWhatWasReadBefore()
    {
        var shared = Shared();
        var first = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(1);
        _reads[0].SetResult("a");
        await first;
        _time.Advance(MaxAge);

        var second = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(2);
        _reads[1].SetException(new ApiException("it is down", null));

        Assert.Equal("it is down", (await Assert.ThrowsAsync<ApiException>(() => second)).Message);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        await Assert.ThrowsAsync<ApiException>(() => shared.GetAsync(Cancellation).AsTask());
        Assert.Equal(2, _reads.Count);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var third = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(3);
        _reads[2].SetResult("c");
        Assert.Equal("c", await third);
    }

    [Fact]
    public async Task GetAsync_ServerThatAsksToWait_IsLeftAloneForThatLong()
    {
        var shared = Shared();
        var first = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(1);
        _reads[0].SetException(new ApiException("429", null) { RetryAfter = TimeSpan.FromSeconds(30) });
        await Assert.ThrowsAsync<ApiException>(() => first);

        _time.Advance(TimeSpan.FromSeconds(29));
        await Assert.ThrowsAsync<ApiException>(() => shared.GetAsync(Cancellation).AsTask());

        Assert.Single(_reads);
    }

    [Fact]
    public async Task GetAsync_ServerThatAsksToWaitForHours_IsAskedAgainAfterAMinute()
    {
        // A proxy's maintenance page says an hour, and the API server behind it is back after two minutes.
        var shared = Shared();
        var first = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(1);
        _reads[0].SetException(new ApiException("503", null) { RetryAfter = TimeSpan.FromHours(1) });
        await Assert.ThrowsAsync<ApiException>(() => first);

        _time.Advance(TimeSpan.FromSeconds(60));
        var second = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(2).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        _reads[1].SetResult("a");

        Assert.Equal("a", await second);
    }

    [Fact]
    public async Task GetAsync_CallerThatGivesUp_DisturbsNeitherTheReadingNorTheOthers()
    {
        using var impatient = new CancellationTokenSource();
        var shared = Shared();
        var gone = shared.GetAsync(impatient.Token).AsTask();
        var patient = shared.GetAsync(Cancellation).AsTask();
        await BegunAsync(1);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _reads[0].SetResult("a");

        Assert.Equal("a", await patient);
    }

    private SharedRead<string> Shared() => new(
        (_, _) =>
        {
            lock (_reads)
            {
                _reads.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
                return _reads[^1].Task;
            }
        },
        MaxAge,
        _time,
        Cancellation);

    private async Task BegunAsync(int count)
    {
        while (true)
        {
            lock (_reads)
            {
                if (_reads.Count >= count) return;
            }

            await Task.Delay(1, Cancellation);
        }
    }
}
