using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// The terms in which targets are looked after here: who may begin something in one, what is loaded before, and what lets it scale. In a
/// host by itself there is one term, which never ends.
/// </summary>
internal sealed class TargetTerms
{
    private readonly LeaderGate _gate;
    private readonly IStateKeeper _keeper;
    private readonly Func<object, ScalingGate> _open;
    private readonly Func<object, ScalingGate> _openIfEnabled;

    public TargetTerms(LeaderGate gate, IStateKeeper keeper)
    {
        _gate = gate;
        _keeper = keeper;
        _open = managed => new HostGate((ManagedTarget)managed, gate.Term, keeper, onlyIfEnabled: false);
        _openIfEnabled = managed => new HostGate((ManagedTarget)managed, gate.Term, keeper, onlyIfEnabled: true);
    }

    /// <summary>Whether this copy leads, so that targets may be evaluated.</summary>
    public bool Leads => _gate.Term is not null;

    /// <summary>Whether there is no other copy that may evaluate targets.</summary>
    public bool IsAlone => !_gate.IsElected && !_gate.IsShared;

    /// <summary>Whether a target may be evaluated here.</summary>
    public bool Has(ManagedTarget managed) => _gate.TermOf(managed.Target) is not null;

    /// <summary>Whether a target may be evaluated here as soon as what was saved of it can be loaded.</summary>
    public bool IsWaiting(ManagedTarget managed) => _gate.IsShared && Has(managed) && !_keeper.IsLoaded(managed);

    /// <summary>The term in which something is done to a target.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="what">What is to be done: <c>evaluated</c>.</param>
    /// <exception cref="ScalingException">There is none here (<see cref="ScalingErrorKind.ScalingFailed"/>).</exception>
    public LeaderTerm Begin(ManagedTarget managed, string what) => _gate.TermOf(managed.Target) ?? throw Refuse(managed, what);

    /// <summary>Why nothing is done to a target.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="what">What was to be done: <c>evaluated</c>.</param>
    public ScalingException Refuse(ManagedTarget managed, string what) => _gate.Refuse(managed.Target, what);

    /// <summary>Whether a term may end before the host does, and another host go on.</summary>
    public bool MayEnd(LeaderTerm term) => term.Ended.CanBeCanceled || _gate.IsShared;

    /// <summary>Has what was saved of a target loaded, if that is to be done anew in this term. Called in its turn.</summary>
    /// <returns>That it could not be, as the end of a sentence: then nothing can be decided; <see langword="null"/> if it is.</returns>
    public async ValueTask<string?> LoadAsync(ManagedTarget managed, LeaderTerm term, CancellationToken cancellationToken) =>
        await _keeper.EnterAsync(managed, term, cancellationToken).ConfigureAwait(false) is { } unread
            ? $"what is remembered of it could not be loaded: {unread}"
            : null;

    /// <summary>What makes the gate of a target that is to be scaled.</summary>
    /// <param name="begun">The term in which that has begun; <see langword="null"/> where there is only one.</param>
    /// <param name="onlyIfEnabled">Whether the target is scaled only while it is enabled.</param>
    public Func<object, ScalingGate> Opener(LeaderTerm? begun, bool onlyIfEnabled)
    {
        // A share lets what has begun in a term be done in that term.
        return _gate.IsShared ? managed => new HostGate((ManagedTarget)managed, begun, _keeper, onlyIfEnabled)
            : onlyIfEnabled ? _openIfEnabled
            : _open;
    }
}
