using System.Collections.Immutable;
using AutoScaling.Orleans.Grains;
using AutoScaling.Orleans.Sharing;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Ticking;

/// <summary>
/// Pokes every bucket at each tick, as every silo does, so that the buckets of a silo that is lost begin elsewhere; and hands over buckets
/// when this silo has more than its share. A poke that does not come back holds up no other.
/// </summary>
internal sealed class Poker(
    IGrainFactory grains,
    ISiloStatusOracle silos,
    IClusterManifestProvider manifests,
    BucketShare share,
    IOptions<OrleansScalingOptions> options,
    TimeProvider time,
    ILogger<Poker> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    // How many ticks there are from one handing over to the next, so that what was handed over has arrived.
    private const int TicksOfABalance = 5;

    // Until every silo knows of one that starts, it may not find a bucket that is active elsewhere, and would make it active twice.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    // As many pokes may fail while a silo is given up; then somebody should know.
    private const int FewFailures = 10;

    private readonly OrleansScalingOptions _options = options.Value;
    private readonly Owners _owners = new(options.Value.Buckets);
    private readonly bool[] _underWay = new bool[options.Value.Buckets];
    private readonly int[] _failures = new int[options.Value.Buckets];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    // Buckets that are handed over at once, so that few targets wait for it.
    private int MostMoves => Math.Max(1, _options.Buckets / 8);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(Poker),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _running = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async stop =>
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.Tick, time);
        try
        {
            await Task.Delay(Settling, time, _stop.Token).ConfigureAwait(false);
            for (var turn = 1; ; turn++)
            {
                var own = share.Tell();
                for (var bucket = 0; bucket < _options.Buckets; bucket++) _ = PokeAsync(bucket, own);
                if (_options.Balance && turn % TicksOfABalance == 0) await BalanceAsync().ConfigureAwait(false);
                await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task PokeAsync(int bucket, SiloBuckets own)
    {
        if (Interlocked.Exchange(ref _underWay[bucket], true)) return;
        try
        {
            var poke = grains.GetGrain<IBucketGrain>(bucket).Poke(own);
            _owners.Set(bucket, await poke.WaitAsync(_options.PokeTimeout, time, _stop.Token).ConfigureAwait(false));
            if (_failures[bucket] > FewFailures) Log.PokedAgain(logger, bucket);
            _failures[bucket] = 0;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception e)
        {
            // Whatever the way to another silo may throw: the next poke finds the bucket where it is by then.
            _owners.Set(bucket, null);
            var level = ++_failures[bucket] == FewFailures + 1 ? LogLevel.Warning : LogLevel.Debug;
            Failed(level, bucket, e);
        }
        finally
        {
            Volatile.Write(ref _underWay[bucket], false);
        }
    }

    private async Task BalanceAsync()
    {
        var moves = _owners.ToMove(share.Silo, Able(), MostMoves);
        if (moves.Count == 0) return;
        Log.HandsOver(logger, moves.Count);
        foreach (var (bucket, to) in moves)
        {
            try
            {
                var move = grains.GetGrain<IBucketGrain>(bucket).Move(to);
                await move.WaitAsync(_options.PokeTimeout, time, _stop.Token).ConfigureAwait(false);
                _owners.Set(bucket, null);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                Failed(LogLevel.Debug, bucket, e);
            }
        }
    }

    private void Failed(LogLevel level, int bucket, Exception e)
    {
        if (!logger.IsEnabled(level)) return;
        var error = Phrase.Of(e);
        Log.NotPoked(logger, level, bucket, error);
    }

    /// <summary>The silos that can have buckets: those that are active, and have this package.</summary>
    private ImmutableArray<SiloAddress> Able()
    {
        var kind = grains.GetGrain<IBucketGrain>(0).GetGrainId().Type;
        var known = manifests.Current.Silos;
        return
        [
            .. silos.GetApproximateSiloStatuses(onlyActive: true).Keys
                .Where(silo => known.TryGetValue(silo, out var manifest) && manifest.Grains.ContainsKey(kind))
                .Order(),
        ];
    }
}
