using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>Settings that stand together, or others in place of all of them: a start and an end, or a from and a to.</summary>
/// <param name="what">What has them, for sentences.</param>
/// <param name="one">The settings that are missed where neither is there.</param>
/// <param name="other">The settings in their place.</param>
/// <param name="clear">What has neither.</param>
/// <param name="seed">What has no setting.</param>
internal sealed class EitherSettings<T>(
    string what, ImmutableArray<Setting<T>> one, ImmutableArray<Setting<T>> other, Func<T, T> clear, T seed) : Setting<T>
{
    private readonly ImmutableArray<string> _one = Keys(one, seed);
    private readonly ImmutableArray<string> _other = Keys(other, seed);

    public override ImmutableArray<ImmutableArray<string>> Either => [_one, _other];

    public override T Read(SettingsReader settings, T start)
    {
        var ones = _one.Where(settings.Has).ToList();
        var others = _other.Where(settings.Has).ToList();
        if (Contradiction(ones, others) is { } sentence) settings.Error(sentence);
        return (others.Count > 0 ? other : one).Aggregate(clear(start), (value, setting) => setting.Read(settings, value));
    }

    public override void Write(JsonObject into, T value, T start, bool all)
    {
        foreach (var setting in one.Concat(other)) setting.Write(into, value, start, all: true);
    }

    public override IEnumerable<SettingInfo> Describe(T start, bool known) =>
    [
        .. one.SelectMany(s => s.Describe(start, known: false)).Select(info => info with { IsRequired = false, Excludes = _other[0] }),
        .. other.SelectMany(s => s.Describe(start, known: false)).Select(info => info with { IsRequired = false, Excludes = _one[0] }),
    ];

    public override IEnumerable<BrokenSetting> Broken(T value)
    {
        var ones = _one.Where((_, i) => one[i].IsGiven(value)).ToList();
        var others = _other.Where((_, i) => other[i].IsGiven(value)).ToList();
        if (Contradiction(ones, others) is { } sentence) return [new("", sentence)];
        var (keys, given) = others.Count > 0 ? (_other, others) : (_one, ones);
        return keys.Except(given, StringComparer.Ordinal)
            .Select(key => new BrokenSetting("", $"{SettingValues.NameOf(key)} is required for {what}."));
    }

    private static string? Contradiction(List<string> ones, List<string> others)
    {
        if (ones.Count == 0 || others.Count == 0) return null;
        return $"{Names(ones)} must not be set beside {Names(others)}: it is either the one or the other.";
    }

    private static string Names(List<string> keys) => SettingValues.Enumerate([.. keys.Select(SettingValues.NameOf)], "and");

    private static ImmutableArray<string> Keys(ImmutableArray<Setting<T>> settings, T seed) =>
        [.. settings.SelectMany(s => s.Describe(seed, known: false)).Select(i => i.Key)];
}
