using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>The settings of policies and of their shadows, for one document: its rule types and its defaults.</summary>
internal sealed class PolicySettings
{
    public PolicySettings(RuleTypes types, PolicyDefaults defaults)
    {
        Seed = ScalingPolicy.For("template", defaults);
        Rules = new(types, defaults);
        Shadow = SettingsTable
            .Of(
                "a shadow", new ShadowPolicy { Name = "calmer", Policy = Seed },
                "A candidate that decides beside its policy and scales nothing.")
            .Name(
                "name", "What records, status and metrics call the shadow; no other of the policy has it.",
                s => s.Name, (s, v) => s with { Name = v })
            .Part(
                s => s.Policy, (s, v) => s with { Policy = v },
                Age(SettingsTable.Of("a shadow", Seed).Range(p => p.Range, WithRange)).Include(Deciding));
        Policy = Age(SettingsTable
                .Of("a policy", Seed, "How one target is scaled: its range, its rules, and what holds changes back.")
                .Add(new ServiceSetting())
                .Range(p => p.Range, WithRange)
                .Duration(
                    "interval", "The time between two evaluations; null: the loop's own.",
                    p => p.Interval, (p, v) => p with { Interval = v }, Bounds.Interval, none: p => p with { Interval = null }))
            .Named(
                "scaler", "The scaler that carries decisions out, by the name under which it was added; null: the default scaler.",
                p => p.Scaler, (p, v) => p with { Scaler = v }, none: p => p with { Scaler = null })
            .Flag(
                "enabled", "Whether the policy is evaluated from the start; that can be changed while the host runs.",
                p => p.Enabled, (p, v) => p with { Enabled = v })
            .Choice(
                "mode", "Whether decisions are carried out (scale), or only recorded, exported and explained (recommend).",
                p => p.Mode, (p, v) => p with { Mode = v })
            .Flag(
                "paused",
                "Whether the target keeps its replicas, whatever metrics and bounds say; it is evaluated and recorded all the same.",
                p => p.Paused, (p, v) => p with { Paused = v })
            .Add(new OverrideSetting())
            .Include(Deciding)
            .Check(ZeroReplicas.Broken)
            .Elsewhere("scaleUpCooldown", "must be set in the defaults or, for one policy, as behavior.scaleUp.cooldown.")
            .Elsewhere("scaleDownCooldown", "must be set in the defaults or, for one policy, as behavior.scaleDown.cooldown.")
            .Add(new ListSetting<ScalingPolicy, ShadowPolicy>(
                "shadows", "Candidates that decide beside the policy and scale nothing; what they leave out is the policy's.",
                p => p.Shadows, (p, v) => p with { Shadows = v }, Shadow)
            {
                Seed = active => new() { Name = Shadow.Seed.Name, Policy = active },
                IsRelative = true,
                Name = shadow => $"Shadow '{shadow.Name}'",
            });
    }

    /// <summary>A policy that says nothing, of no particular target.</summary>
    public ScalingPolicy Seed { get; }

    public RulesSetting Rules { get; }

    public SettingsTable<ScalingPolicy> Policy { get; }

    public SettingsTable<ShadowPolicy> Shadow { get; }

    /// <summary>What is wrong with a policy that was not read but made, one sentence each.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="where">What it is called in the sentences.</param>
    public IEnumerable<string> Broken(ScalingPolicy policy, string where) => Policy.Broken(policy).Select(broken => broken.In(where));

    /// <summary>How a policy decides, which its shadows may do differently.</summary>
    private SettingsTable<ScalingPolicy> Deciding => SettingsTable.Of("a policy", Seed)
        .Choice("combine", "How the counts of several rules become one.", p => p.Combine, (p, v) => p with { Combine = v })
        .Flag(
            "scaleDownOnlyIfAllAgree",
            "Whether a scale-down needs every rule that has a count to ask for fewer replicas; with max it always does.",
            p => p.ScaleDownOnlyIfAllAgree, (p, v) => p with { ScaleDownOnlyIfAllAgree = v })
        .Add(Rules)
        .Add(new MetricsSetting())
        .Check(p => p.Combine == RuleCombination.Sum && p.Metrics.FirstOrDefault(m => m.IfMissing.IsIgnored) is { } ignored
            ? $"Metrics IfMissing must not be ignore under combine sum, whose other rules do not know what is missing, "
                + $"but is for '{ignored.Metric}'."
            : null)
        .Check(ScheduleNames.Broken)
        .Block("behavior", "What holds changes back.", p => p.Behavior, (p, v) => p with { Behavior = v }, BehaviorSettings.Table);

    private static SettingsTable<ScalingPolicy> Age(SettingsTable<ScalingPolicy> table) => table.Duration(
        "maxMetricAge", "The age from which a reading is too old to act on.",
        p => p.MaxMetricAge, (p, v) => p with { MaxMetricAge = v }, Bounds.PositiveTime);

    private static ScalingPolicy WithRange(ScalingPolicy policy, ReplicaRange range) => policy with { Range = range };
}
