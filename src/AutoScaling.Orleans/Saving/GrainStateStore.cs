using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Orleans.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace AutoScaling.Orleans.Saving;

/// <summary>
/// Keeps the state of each target in the cluster's grain storage. A write says which version it follows (an ETag), so that the storage
/// refuses it if another silo has written since: of two silos that both believe that a target is theirs, one can scale it.
/// </summary>
internal sealed class GrainStateStore(IServiceProvider services, IOptions<OrleansScalingOptions> options, BucketShare share)
    : IScalingStateStore
{
    private const string StateName = "state";

    private readonly ConcurrentDictionary<string, string?> _versions = new(StringComparer.Ordinal);
    private readonly Lazy<IGrainStorage> _storage = new(() => Find(services, options.Value.Storage));

    public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, ScalingState>.Empty); // Each is loaded when it is needed.

    public async ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken)
    {
        var stored = new GrainState<SavedState>();
        await _storage.Value.ReadStateAsync(StateName, IdOf(target), stored).ConfigureAwait(false);
        _versions[target] = stored.ETag;

        // What cannot be read may be of a later version, on another silo. It is an error of this target, and nothing is written over it.
        return stored is { RecordExists: true, State.Json: { } json } ? ScalingState.FromJson(json) : null;
    }

    public async ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken)
    {
        foreach (var (target, state) in states) await SaveAsync(target, state, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = new GrainState<SavedState> { ETag = _versions.GetValueOrDefault(target), RecordExists = true };
            await _storage.Value.ClearStateAsync(StateName, IdOf(target), stored).ConfigureAwait(false);
            _versions[target] = stored.ETag;
        }
    }

    private static GrainId IdOf(string target) => GrainId.Create("autoscaling.target", target);

    private static IGrainStorage Find(IServiceProvider services, string name) =>
        services.GetKeyedService<IGrainStorage>(name)
        ?? services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
        ?? throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration,
            $"Storage must be the name of a grain storage that the silo has, but is '{name}'. "
                + $"Add one, such as AddRedisGrainStorage(\"{name}\").");

    private async Task SaveAsync(string target, ScalingState state, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var known = _versions.GetValueOrDefault(target);
        var written = new GrainState<SavedState>(new() { Json = state.ToJson() }, known) { RecordExists = known is not null };
        try
        {
            await _storage.Value.WriteStateAsync(StateName, IdOf(target), written).ConfigureAwait(false);
        }
        catch (InconsistentStateException e)
        {
            share.Lose(target);
            throw new ScalingException(ScalingErrorKind.ScalingFailed, "another silo has saved it since.", e);
        }

        // Who was given up and comes back late must not undo what was saved since.
        _versions.TryUpdate(target, written.ETag, known);
    }
}
