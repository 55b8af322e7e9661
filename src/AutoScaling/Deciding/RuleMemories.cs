using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>What the rules of a policy remember, by their names.</summary>
internal sealed class RuleMemories : IEquatable<RuleMemories>
{
    private readonly ValueList<KeyValuePair<string, RuleMemory>> _byRule;

    private RuleMemories(ImmutableArray<KeyValuePair<string, RuleMemory>> byRule) => _byRule = byRule;

    /// <summary>No rule remembers anything any longer.</summary>
    public static RuleMemories None { get; } = new([]);

    public ImmutableArray<KeyValuePair<string, RuleMemory>> ByRule => _byRule;

    /// <summary>The memories that there are; <see langword="null"/> for none.</summary>
    public static RuleMemories? Of(ImmutableArray<KeyValuePair<string, RuleMemory>> byRule) => byRule.IsDefaultOrEmpty ? null : new(byRule);

    /// <summary>What a rule remembers; <see langword="null"/> if it remembers nothing.</summary>
    public RuleMemory? Find(string rule)
    {
        foreach (var (name, memory) in _byRule.Items)
        {
            if (string.Equals(name, rule, StringComparison.Ordinal)) return memory;
        }

        return null;
    }

    public bool Equals(RuleMemories? other) => other is not null && _byRule.Equals(other._byRule);

    public override bool Equals(object? obj) => Equals(obj as RuleMemories);

    public override int GetHashCode() => _byRule.GetHashCode();
}
