using AutoScaling.Primitives;

namespace AutoScaling.Rules;

/// <summary>The settings of an <see cref="Activation"/>, which stand in the rule itself.</summary>
internal static class ActivationSettings
{
    /// <summary>Adds the settings to a rule that may have one.</summary>
    public static SettingsTable<T> Activation<T>(
        this SettingsTable<T> table, Func<T, Activation?> get, Func<T, Activation?, T> with) => table
        .Number(
            "activation",
            "The metric's value above which there is something to do; at or below it the rule asks for 0 replicas. null: none.",
            r => get(r)?.Above, (r, v) => with(r, (get(r) ?? new() { Above = v }) with { Above = v }), none: r => with(r, null))
        .WholeNumber(
            "activationReplicas", "The least replicas to ask for above activation; null: 1.",
            r => get(r)?.Replicas, (r, v) => with(r, Of(get(r), "ActivationReplicas", v) with { Replicas = v }),
            Bounds.AtLeastOne, none: r => r)
        .Duration(
            "idleTime", "How long the metric must have been at or below activation before the last replica goes; null: 5m.",
            r => get(r)?.IdleTime, (r, v) => with(r, Of(get(r), "IdleTime", v) with { IdleTime = v }),
            Bounds.Time, none: r => r);

    private static Activation Of(Activation? activation, string setting, object value) =>
        activation ?? throw Bounds.Broken(setting, "beside activation or left out", value);
}
