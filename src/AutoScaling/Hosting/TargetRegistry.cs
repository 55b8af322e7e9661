using System.Collections.Immutable;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// The targets that are looked after, for all who ask: what people, sources of policies and other copies change of them is changed under
/// one lock.
/// </summary>
internal sealed class TargetRegistry(
    ManagedTargets targets,
    PolicyReloads policyReloads,
    PortReloads portReloads,
    MetricChecks checks,
    IEnumerable<OptionsFromConfiguration> settings,
    QuietLogger<IAutoScaler> logger)
{
    private readonly ImmutableArray<OptionsFromConfiguration> _settings = [.. settings];
    private readonly Lock _changes = new();
    private bool _started;

    public int Count => targets.Count;

    /// <summary>Another number whenever a target has got its first policy, or lost it.</summary>
    public long Version => targets.Version;

    public IEnumerable<ManagedTarget> All => targets.All;

    /// <summary>What is wrong with the last reload of each source.</summary>
    public ImmutableArray<string> ReloadErrors => [.. portReloads.Errors, .. policyReloads.Errors];

    /// <summary>Loads the policies of all sources, once. What is invalid, or not registered, is reported all at once.</summary>
    /// <exception cref="ScalingException">Something is (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public void Start()
    {
        if (Volatile.Read(ref _started)) return;
        lock (_changes)
        {
            if (_started) return;
            policyReloads.Start(portReloads.Start());
            Volatile.Write(ref _started, true);
        }
    }

    /// <summary>Takes over what was saved, for targets that have not been evaluated yet and for those that get a policy later.</summary>
    public void Adopt(IReadOnlyDictionary<string, ScalingState> saved)
    {
        lock (_changes) targets.Adopt(saved);
    }

    /// <summary>Puts what was saved in place of what is remembered of all targets: another copy has looked after them meanwhile.</summary>
    public async Task ReplaceStatesAsync(IReadOnlyDictionary<string, ScalingState> saved, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManagedTarget> known;
        lock (_changes) known = targets.ReplaceSaved(saved);
        foreach (var target in known)
        {
            await target.Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
            lock (_changes) target.Forget(targets.TakeSaved(target.Target));
            target.Turn.Leave();
        }
    }

    /// <summary>Loads the policies of sources that have changed. Invalid ones change nothing.</summary>
    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        // They are asked before, and not under the lock that everybody needs: a source may block.
        await policyReloads.AskAsync(cancellationToken).ConfigureAwait(false);
        lock (_changes)
        {
            foreach (var sentence in _settings.SelectMany(s => s.Ignored())) Log.SettingIgnored(logger, sentence);
            // Before the policies, which may name what is new; what is gone is forgotten after them, once no policy names it.
            portReloads.Read();
            policyReloads.Read();
            portReloads.Forget(targets.Policies);
        }
    }

    public void Set(ScalingPolicy policy)
    {
        lock (_changes)
        {
            Require([.. targets.Errors(policy), .. targets.Clashes([policy], null).Select(clash => clash.Sentence)]);
            targets.Put(policy, targets.Find(policy.Target)?.Source);
            checks.Look([policy]);
        }
    }

    public void SetShadow(ShadowPolicy shadow)
    {
        lock (_changes)
        {
            var target = Find(shadow.Policy.Target);
            var others = target.Policy.Shadows;
            var known = others.FirstOrDefault(s => string.Equals(s.Name, shadow.Name, StringComparison.Ordinal));
            var policy = target.Policy with { Shadows = known is null ? others.Add(shadow) : others.Replace(known, shadow) };
            Require([.. targets.Errors(policy)]);
            targets.Put(policy, target.Source);
        }
    }

    public void RemoveShadow(ScalingTarget target, string name)
    {
        lock (_changes)
        {
            var managed = Find(target);
            var left = managed.Policy.Shadows.RemoveAll(s => string.Equals(s.Name, name, StringComparison.Ordinal));
            if (left.Length == managed.Policy.Shadows.Length)
                throw new ScalingException(ScalingErrorKind.PolicyNotFound, $"The policy for '{target}' has no shadow '{name}'.");
            targets.Put(managed.Policy with { Shadows = left }, managed.Source);
        }
    }

    public void Remove(ScalingTarget target)
    {
        lock (_changes) targets.Remove(Find(target));
    }

    /// <exception cref="ScalingException">The target has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    public ManagedTarget Find(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return TryFind(target) ?? throw ScalingException.NotFound(target.Name);
    }

    /// <summary>A target; <see langword="null"/> if it has no policy.</summary>
    public ManagedTarget? TryFind(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Start();
        return targets.Find(target);
    }

    /// <summary>What is remembered of every target, and for a day of those that have no policy now.</summary>
    public IReadOnlyDictionary<string, ScalingState> States()
    {
        lock (_changes) return targets.States();
    }

    /// <summary>The targets that have had no policy for a day since they were last asked for.</summary>
    public IReadOnlyList<ManagedTarget> Expired()
    {
        lock (_changes) return targets.Expired();
    }

    /// <summary>Forgets a target, unless it has a policy again.</summary>
    public void Forget(ManagedTarget target)
    {
        lock (_changes) targets.Forget(target);
    }

    private static void Require(ImmutableArray<string> errors)
    {
        if (!errors.IsEmpty) throw new ScalingException(errors);
    }
}
