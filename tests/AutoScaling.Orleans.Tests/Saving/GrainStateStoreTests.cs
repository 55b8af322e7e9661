using AutoScaling.Orleans.Saving;
using AutoScaling.Orleans.Sharing;
using AutoScaling.Orleans.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace AutoScaling.Orleans.Tests.Saving;

/// <summary>States in grain storage, by a storage in memory that two silos share.</summary>
public sealed class GrainStateStoreTests
{
    private readonly Storage _storage = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SaveAsync_AnotherSiloHasSavedSince_IsRefusedAndTheBucketIsLost()
    {
        var share = BucketShareTests.Share(1);
        var bucket = share.Take(BucketShare.BucketOf("web", share.Buckets));
        var (one, other) = (Store(share), Store(BucketShareTests.Share(2)));
        Assert.Null(await one.LoadAsync("web", Stop));
        Assert.Null(await other.LoadAsync("web", Stop));
        await SaveAsync(other, 7);
        var refused = await Assert.ThrowsAsync<ScalingException>(() => SaveAsync(one, 3));
        Assert.Equal("another silo has saved it since.", refused.Message);
        Assert.True(bucket.IsLost);

        // Who loads it again goes on from there.
        Assert.Equal(7, (await one.LoadAsync("web", Stop))!.ConsecutiveFailures);
        await SaveAsync(one, 8);
        await Assert.ThrowsAsync<ScalingException>(() => SaveAsync(other, 9));
    }

    /// <summary>It may be a later version's, with what a person said about the target.</summary>
    [Theory]
    [InlineData("{ half")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"later":1}""")]
    public async Task LoadAsync_AStateThatCannotBeRead_IsRefused(string json)
    {
        _storage.Put("web", json);
        await Assert.ThrowsAsync<ScalingException>(async () => await Store(BucketShareTests.Share(1)).LoadAsync("web", Stop));
    }

    [Fact]
    public async Task DeleteAsync_ATargetThatWasSaved_IsForgotten()
    {
        var store = Store(BucketShareTests.Share(1));
        Assert.Null(await store.LoadAsync("web", Stop));
        await SaveAsync(store, 5);
        await store.DeleteAsync(["web"], Stop);
        Assert.Null(await store.LoadAsync("web", Stop));
        await SaveAsync(store, 6);
        Assert.Equal(6, (await store.LoadAsync("web", Stop))!.ConsecutiveFailures);
    }

    private static Task SaveAsync(GrainStateStore store, int failures) => store.SaveAsync(
        new Dictionary<string, ScalingState>(StringComparer.Ordinal)
        {
            ["web"] = ScalingState.FromJson($$"""{"version":1,"consecutiveFailures":{{failures}}}"""),
        },
        Stop).AsTask();

    private GrainStateStore Store(BucketShare share) => new(
        new ServiceCollection().AddKeyedSingleton<IGrainStorage>("AutoScaling", _storage).BuildServiceProvider(),
        Options.Create(new OrleansScalingOptions()),
        share);

    /// <summary>Refuses, as every storage of Orleans does, what does not follow the version that it has.</summary>
    private sealed class Storage : IGrainStorage
    {
        private readonly Dictionary<GrainId, (string Json, string Version)> _states = [];
        private int _last;

        public void Put(string target, string json) => _states[GrainId.Create("autoscaling.target", target)] = (json, Next());

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.RecordExists = _states.TryGetValue(grainId, out var known);
            grainState.ETag = known.Version;
            grainState.State = (T)(object)new SavedState { Json = known.Json };
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(grainId, grainState.ETag);
            _states[grainId] = (((SavedState)(object)grainState.State!).Json!, grainState.ETag = Next());
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(grainId, grainState.ETag);
            _states.Remove(grainId);
            grainState.ETag = null;
            return Task.CompletedTask;
        }

        private string Next() => $"v{++_last}";

        private void Check(GrainId grain, string? version)
        {
            if (!string.Equals(_states.GetValueOrDefault(grain).Version, version, StringComparison.Ordinal))
                throw new InconsistentStateException("Another version is there.", _states.GetValueOrDefault(grain).Version, version);
        }
    }
}
