using System.Collections.Immutable;
using AutoScaling.Documents;
using AutoScaling.Primitives;

namespace AutoScaling.Hosting;

/// <summary>What a source of policies answered.</summary>
/// <param name="Policies">Its policies.</param>
/// <param name="Thrown">What it threw in place of them.</param>
internal sealed record SourceReading(ImmutableArray<ScalingPolicy> Policies, Exception? Thrown = null);

/// <summary>
/// Asks one source of policies whether it has changed, and reads it, on another thread than the loop's. One that blocks its thread holds up
/// nobody for longer than a second, and once: it is not asked again before it has come back, and what it then says counts.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="sources">Reads it.</param>
/// <param name="time">The clock.</param>
internal sealed class SourceReader(IPolicySource source, PolicySources sources, TimeProvider time)
{
    // A source has to answer at once; this is for a slow disk and a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<SourceReading?>? _call;
    private long _since;
    private bool _isLate;

    public IPolicySource Source => source;

    /// <summary>What is wrong with it, as a sentence; <see langword="null"/> if nothing is.</summary>
    public string? Trouble
    {
        get
        {
            lock (_gate)
            {
                return _isLate
                    ? $"{Named} has not come back from a call for {Phrase.Of(time.GetElapsedTime(_since))}; its old policies stay."
                    : null;
            }
        }
    }

    private string Named => $"The source of policies {source.Name}";

    /// <summary>Asks it, and waits for the answer, unless it has not come back from an earlier call.</summary>
    /// <returns>Whether it has just become late.</returns>
    public async ValueTask<bool> AskAsync(CancellationToken cancellationToken)
    {
        Task<SourceReading?> call;
        lock (_gate)
        {
            if (_isLate) return false;
            if (_call is null) (_call, _since) = (Task.Run(Read, CancellationToken.None), time.GetTimestamp());
            call = _call;
        }

        await ((Task)call).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_call != call || call.IsCompleted || _isLate) return false;
            _isLate = true;
            return true;
        }
    }

    /// <summary>What it has answered since this was last asked; <see langword="null"/> if it did not, or has not changed.</summary>
    /// <param name="isBack">Whether it was late.</param>
    public SourceReading? Take(out bool isBack)
    {
        lock (_gate)
        {
            isBack = false;
            if (_call is not { IsCompleted: true } call) return null;
            (isBack, _isLate, _call) = (_isLate, false, null);
            return call.GetAwaiter().GetResult();
        }
    }

    private SourceReading? Read()
    {
        if (!PolicySources.HasChanged(source)) return null;
        try
        {
            return new(sources.Read(source));
        }
        catch (Exception e)
        {
            // Whatever a source throws is told when its answer is taken.
            return new([], e);
        }
    }
}
