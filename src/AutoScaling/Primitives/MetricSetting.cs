using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>
/// A metric: its name, optionally with its source (<c>queue@orders</c>), or a source with an expression that it understands
/// (<c>{ orders: "count(jobs)" }</c>). The expression is then the metric's name.
/// </summary>
internal sealed class MetricSetting<T>(
    string key, string doc, Func<T, MetricRef?> get, Func<T, MetricRef, T> with, bool required, Func<T, T>? none) : Setting<T>
{
    private readonly ValueSetting<T, string> _text = new(
        key,
        doc,
        SettingKinds.Metric(),
        value => get(value) is { } metric ? metric.ToString() : default(Given<string>),
        (value, text) => with(value, MetricText.Read(key, text)))
    {
        IsRequired = required,
        None = none,
    };

    public override T Read(SettingsReader settings, T seed)
    {
        if (!settings.IsBlock(key)) return _text.Read(settings, seed);
        settings.Find(key, out var node);
        var block = (JsonObject)node!;
        if (block.Count == 1) return settings.Try(seed, value => with(value, MetricText.Read(key, block.First())), block);
        settings.Error(
            $"{SettingValues.NameOf(key)} must be one source with its expression, but is {Phrase.Exact(block.Count)} of them.",
            block);
        return seed;
    }

    public override void Write(JsonObject into, T value, T seed, bool all)
    {
        if (get(value) is not { } metric) _text.Write(into, value, seed, all);
        else if (all || required || metric != get(seed)) into.Add(key, MetricText.Write(key, metric));
    }

    public override IEnumerable<SettingInfo> Describe(T seed, bool known) => _text.Describe(seed, known);

    public override bool IsGiven(T value) => _text.IsGiven(value);

    public override IEnumerable<BrokenSetting> Broken(T value) => [];
}
