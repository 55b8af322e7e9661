using AutoScaling.Orleans.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.Timers;

namespace AutoScaling.Orleans.Grains;

/// <summary>
/// Makes a bucket this silo's while it is active: the silo's loop evaluates its targets. Every silo pokes it at each tick; a reminder, if
/// the cluster has any, is the last resort.
/// </summary>
[KeepAlive]
[Immovable]
[RandomPlacement]
internal sealed class BucketGrain(
    IServiceProvider services, BucketShare share, LocalCalls calls, ILocalSiloDetails silo, TimeProvider time, ILogger<BucketGrain> logger)
    : Grain, IBucketGrain, IRemindable
{
    private const string Reminder = "tick";

    // Orleans has no shorter ones.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // The scalings under way are waited for, and the states are saved; but a silo that stops has no more time than its host gives it.
    private static readonly TimeSpan LongestRelease = TimeSpan.FromSeconds(20);

    private BucketTerm? _term;

    private int Bucket => (int)this.GetPrimaryKeyLong();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (share.IsStopping || Bucket >= share.Buckets)
            throw new OrleansException($"Bucket {Bucket} cannot be here: the silo takes none any longer, or has {share.Buckets} buckets.");
        _term = share.Take(Bucket);
        Log.Activated(logger, Bucket);
        if (services.GetService<IReminderRegistry>() is { } reminders) _ = RemindAsync(reminders); // Nothing waits for it.
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestRelease, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (_term is { } term) await share.ReleaseAsync(term, ends.Token).ConfigureAwait(true);
        Log.Deactivated(logger, Bucket, reason.Description);
    }

    public Task<SiloAddress> Poke(SiloBuckets caller)
    {
        var buckets = caller.IsOwn.Length;
        if (buckets != share.Buckets)
        {
            throw new OrleansException(
                $"All silos must have the same number of buckets, but silo {silo.Name} has {share.Buckets} and another {buckets}.");
        }

        share.Hear(caller);
        if (!share.IsStopping) Renew();
        return Task.FromResult(silo.SiloAddress);
    }

    public Task Move(SiloAddress target)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<BucketAnswer> Ask(BucketCall call) => await calls.AnswerAsync(call, Bucket).ConfigureAwait(true);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!share.IsStopping) Renew();
        return Task.CompletedTask;
    }

    private void Renew()
    {
        if (_term is not { } term) return;
        if (term.IsLost)
        {
            // Where it is active next is for the directory to say.
            DeactivateOnIdle();
            return;
        }

        if (term.Renew()) return;
        var level = share.IsFirstOver() ? LogLevel.Warning : LogLevel.Debug;
        Log.LeaseOver(logger, level, Bucket);
        _term = share.Take(Bucket);
    }

    private async Task RemindAsync(IReminderRegistry reminders)
    {
        try
        {
            await reminders.RegisterOrUpdateReminder(this.GetGrainId(), Reminder, ReminderPeriod, ReminderPeriod).ConfigureAwait(true);
        }
        catch (Exception e)
        {
            // The pokes are enough.
            Log.NotReminded(logger, Bucket, e.Message);
        }
    }
}
