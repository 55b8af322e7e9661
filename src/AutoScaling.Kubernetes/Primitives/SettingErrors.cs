using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>
/// Gathers what is wrong with a set of options, one sentence for each setting, so that whoever corrects them sees all of it at once.
/// </summary>
internal sealed class SettingErrors
{
    public List<string> Sentences { get; } = [];

    /// <summary>Adds a sentence if a number or a duration is out of bounds.</summary>
    public void Check<T>(string setting, T value, Bounds<T> bounds)
        where T : struct, IComparable<T> => Check(setting, value, bounds.Allow(value), bounds.Rule);

    /// <summary>Adds a sentence if a rule is broken.</summary>
    /// <param name="setting">The setting's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="good">Whether the value keeps the rule.</param>
    /// <param name="rule">The rule after "must be".</param>
    public void Check(string setting, object? value, bool good, string rule)
    {
        if (!good) Sentences.Add(Bounds.Broken(setting, rule, value).Message);
    }
}
