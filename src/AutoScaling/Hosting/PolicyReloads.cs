using System.Collections.Immutable;
using AutoScaling.Documents;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// Loads the policies of the sources at the start, and again when they change: then invalid ones change nothing. Used under the registry's
/// lock.
/// </summary>
internal sealed class PolicyReloads(
    ManagedTargets targets, PolicySources sources, MetricChecks checks, TimeProvider time, QuietLogger<IAutoScaler> logger)
{
    private readonly ImmutableArray<SourceReader> _readers = [.. sources.All.Select(source => new SourceReader(source, sources, time))];
    private readonly ImmutableArray<IndependentPolicies> _independent =
        [.. sources.All.OfType<IIndependentPolicySource>().Select(source => new IndependentPolicies(source, targets))];
    private ImmutableDictionary<IPolicySource, ImmutableArray<string>> _errors =
        ImmutableDictionary<IPolicySource, ImmutableArray<string>>.Empty;

    /// <summary>What is wrong with the last reload of each source. Asked for without the lock, too.</summary>
    public IEnumerable<string> Errors =>
        _readers.Select(r => r.Trouble).OfType<string>().Concat(sources.All.SelectMany(s => _errors.GetValueOrDefault(s, [])));

    /// <summary>Loads all policies for the first time. What is invalid, or not registered, is reported all at once.</summary>
    /// <param name="errors">What else is wrong.</param>
    /// <exception cref="ScalingException">Something is (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public void Start(IEnumerable<string> errors)
    {
        var loaded = new Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)>();
        List<string> all =
        [
            .. errors,
            .. sources.All.Where(source => source is not IIndependentPolicySource).SelectMany(source => Load(source, null, loaded)),
        ];
        all.AddRange(Clashes(loaded.Values.Select(l => l.Policy), null));
        if (all.Count > 0) throw new ScalingException(all);
        foreach (var (source, policy) in loaded.Values) targets.Put(policy, source);
        checks.Look(loaded.Values.Select(l => l.Policy));
        foreach (var policies in _independent) Take(policies, sources.Read(policies.Source));
    }

    /// <summary>Asks each source whether it has changed, and for its policies. Not under the lock, as a source may block.</summary>
    public async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        foreach (var reader in _readers)
        {
            if (await reader.AskAsync(cancellationToken).ConfigureAwait(false)) Log.SourceHangs(logger, reader.Source.Name);
        }
    }

    /// <summary>Takes over what the sources have answered.</summary>
    public void Read()
    {
        var changed = new List<IPolicySource>();
        foreach (var reader in _readers)
        {
            var reading = reader.Take(out var isBack);
            if (isBack) Log.SourceIsBack(logger, reader.Source.Name);
            if (reading is null) continue;
            changed.Add(reader.Source);
            Reload(reader.Source, reading);
        }

        // What one source has let go of, another one may have waited for.
        foreach (var policies in _independent.Where(i => changed.Exists(source => source != i.Source))) TakeAgain(policies, null);
    }

    private void Reload(IPolicySource source, SourceReading reading)
    {
        if (reading.Thrown is null && _independent.FirstOrDefault(i => i.Source == source) is { } policies)
        {
            _errors = _errors.Remove(source);
            TakeAgain(policies, reading.Policies);
            return;
        }

        var loaded = new Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)>();
        ImmutableArray<string> errors = [.. Load(source, reading, loaded), .. Clashes(loaded.Values.Select(l => l.Policy), source)];
        var had = targets.All.Where(t => t.Source == source).ToList();

        // A file that is being replaced, or a section that is gone for a moment, looks like this too; forgetting everything is never what
        // was meant.
        if (errors.Length == 0 && loaded.Count == 0 && had.Count > 0)
            errors =
            [
                $"In {source.Name}: Policies must hold at least 1 policy while the host runs, but is empty; "
                    + "use RemovePolicy to forget a service.",
            ];
        _errors = errors.Length == 0 ? _errors.Remove(source) : _errors.SetItem(source, errors);
        if (errors.Length > 0)
        {
            var sentences = string.Join(' ', PolicySources.Naming(source, new ScalingException(errors)));
            Log.NotReloaded(logger, sentences);
            return;
        }

        foreach (var gone in had.Where(t => !loaded.ContainsKey(t.Target))) targets.Remove(gone);
        foreach (var (_, policy) in loaded.Values) targets.Put(policy, source);
        checks.Look(loaded.Values.Select(l => l.Policy));
        Log.Reloaded(logger, source.Name, loaded.Count);
    }

    /// <summary>What is wrong with the policies of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reading">What it has answered; <see langword="null"/> to ask it.</param>
    /// <param name="loaded">Gets its policies.</param>
    private IEnumerable<string> Load(
        IPolicySource source, SourceReading? reading, Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)> loaded)
    {
        try
        {
            if (reading?.Thrown is { } thrown) return PolicySources.Naming(source, thrown);
            var errors = new List<string>();
            foreach (var policy in reading?.Policies ?? sources.Read(source))
            {
                errors.AddRange(targets.Errors(policy));
                var other = loaded.TryGetValue(policy.Target, out var earlier) ? earlier.Source : targets.Find(policy.Target)?.Source;
                if (other is not null and not IIndependentPolicySource && other != source)
                    errors.Add($"Policy '{policy.Target}' of {source.Name} is also in {other.Name}.");
                else if (earlier.Source == source) errors.Add($"Policy '{policy.Target}' is in {source.Name} twice.");
                loaded[policy.Target] = (source, policy);
            }

            return errors;
        }
        catch (Exception e)
        {
            // Whatever a source, a user's rule type or a registered factory throws: at the start it keeps the host down, at a reload the
            // old policies stay.
            return PolicySources.Naming(source, e);
        }
    }

    private void TakeAgain(IndependentPolicies policies, ImmutableArray<ScalingPolicy>? read)
    {
        if (Take(policies, read)) Log.Reloaded(logger, policies.Source.Name, policies.Count);
    }

    /// <summary>Takes the policies of a source that stand by themselves, as far as they are right.</summary>
    /// <param name="policies">The source's.</param>
    /// <param name="read">What it has answered; <see langword="null"/> to look once more at its last answer.</param>
    /// <returns>Whether anything is another than before.</returns>
    private bool Take(IndependentPolicies policies, ImmutableArray<ScalingPolicy>? read)
    {
        var (changed, gone, refused) = policies.Look(read);
        foreach (var target in gone) targets.Remove(target);
        foreach (var policy in changed) targets.Put(policy, policies.Source);
        checks.Look(changed);
        policies.Source.OnRefused(refused);
        return changed.Count + gone.Count > 0;
    }

    private IEnumerable<string> Clashes(IEnumerable<ScalingPolicy> policies, IPolicySource? source) =>
        targets.Clashes(policies, source).Select(clash => clash.Sentence);
}
