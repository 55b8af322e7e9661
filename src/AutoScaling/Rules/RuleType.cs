namespace AutoScaling;

/// <summary>How rules of one type are written in policy documents; make one for each rule of your own that documents should hold.</summary>
public sealed class RuleType
{
    private RuleType(string name, Type rule, Func<SettingsReader, PolicyDefaults, ScalingRule> read, Action<SettingsWriter, ScalingRule> write)
    {
        Name = name;
        Rule = rule;
        Read = read;
        Write = write;
    }

    /// <summary>What documents call the type.</summary>
    public string Name { get; }

    internal Type Rule { get; }

    internal Func<SettingsReader, PolicyDefaults, ScalingRule> Read { get; }

    internal Action<SettingsWriter, ScalingRule> Write { get; }

    /// <summary>The name that a rule has when its document gives it none; <see langword="null"/> where that is not known.</summary>
    internal Func<ScalingRule, string>? UsualName { get; private init; }

    /// <summary>Describes a rule type.</summary>
    /// <typeparam name="TRule">The rule; rules derived from it need a type of their own.</typeparam>
    /// <param name="name">What documents call the type: <c>targetTracking</c>. Compared without regard to case.</param>
    /// <param name="read">Makes a rule of the settings beside <c>type</c> and <c>name</c>.</param>
    /// <param name="write">Writes the settings beside <c>type</c> and <c>name</c>.</param>
    /// <exception cref="ScalingException">The name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static RuleType Create<TRule>(string name, Func<SettingsReader, TRule> read, Action<SettingsWriter, TRule> write) where TRule : ScalingRule
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(write);
        if (string.IsNullOrWhiteSpace(name)) throw ScalingException.Invalid($"RuleType must have a name, but is '{name}'.");
        return new(
            name,
            typeof(TRule),
            (settings, _) => read(settings) ?? throw new InvalidOperationException($"The reader of the rule type '{name}' returned null."),
            (settings, rule) => write(settings, (TRule)rule));
    }

    internal static RuleType BuiltIn<TRule>(
        string name, Func<SettingsReader, PolicyDefaults, TRule> read, Action<SettingsWriter, TRule> write, Func<TRule, string>? usualName = null) where TRule : ScalingRule =>
        new(name, typeof(TRule), read, (settings, rule) => write(settings, (TRule)rule)) { UsualName = rule => usualName?.Invoke((TRule)rule) ?? name };
}
