using System.Globalization;
using System.Text;
using AutoScaling.Tool.Policies;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Import;

/// <summary>
/// A block of a resource. It knows which of its fields somebody has looked at: what nobody did is left out of the policy, and told by
/// <see cref="TellRest"/>, so that nothing is lost without a word.
/// </summary>
/// <param name="node">The block; <see langword="null"/> if it is not there.</param>
/// <param name="path">The way to it, as in <c>spec.metrics[0]</c>.</param>
/// <param name="line">The line where it stands, or would stand.</param>
/// <param name="report">Is told.</param>
/// <param name="isText">
/// Whether it stands as JSON in a text: then all of it is in one line, and Kubernetes writes names also in upper case.
/// </param>
internal sealed class Fields(YamlNode? node, string path, int line, ResourceReport report, bool isText = false)
{
    private readonly HashSet<string> _seen = new(isText ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    private readonly List<Fields> _inner = [];
    private readonly Dictionary<string, Fields> _blocks = new(StringComparer.Ordinal);

    public string Path => path;

    public int Line => line;

    public bool IsThere => node is not null;

    public ResourceReport Report => report;

    /// <summary>Names of all fields, looked at or not.</summary>
    public IEnumerable<string> Names => (node as YamlMappingNode)?.Children.Keys.Select(k => YamlPath.TextOf(k) ?? "") ?? [];

    /// <summary>A block in it, the same whoever asks.</summary>
    public Fields Block(string name)
    {
        if (_blocks.TryGetValue(name, out var known)) return known;
        var (key, value) = Look(name);
        if (IsNull(value)) value = null;
        if (value is not null and not YamlMappingNode) report.Invalid(Place(name), LineOf(key), "must be a block of fields, but is none");
        return _blocks[name] = Keep(value as YamlMappingNode, Place(name), LineOf(key));
    }

    /// <summary>The blocks of a list in it.</summary>
    public IReadOnlyList<Fields> List(string name)
    {
        var (key, value) = Look(name);
        if (IsNull(value)) return [];
        if (value is not YamlSequenceNode list)
        {
            report.Invalid(Place(name), LineOf(key), "must be a list, but is none");
            return [];
        }

        var place = Place(name);
        return [.. list.Children.Select((item, i) =>
            Keep(item, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), isText ? line : (int)item.Start.Line))];
    }

    /// <summary>The texts of a list in it.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        Look(name).Value is YamlSequenceNode list ? [.. list.Children.Select(item => YamlPath.TextOf(item) ?? "")] : [];

    /// <summary>What stands as a text of its own in one of the fields; its lines are those of that field.</summary>
    public Fields Inside(string name, YamlNode? root) => Keep(root, Place(name), LineOfField(name), inText: true);

    /// <summary>A text; <see langword="null"/> if it is not there, or empty.</summary>
    public string? Text(string name)
    {
        var (key, value) = Look(name);
        if (IsNull(value)) return null;
        if (value is YamlScalarNode { Value: { } text }) return text.Length == 0 ? null : text;
        report.Invalid(Place(name), LineOf(key), "must be a text, but is none");
        return null;
    }

    /// <summary>A text that must be there.</summary>
    public string? Required(string name)
    {
        var text = Text(name);
        if (text is null) report.Invalid(Place(name), LineOfField(name), "must be there, but is not");
        return text;
    }

    public int? Whole(string name) => Read<int>(
        name,
        "a whole number",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : null);

    public double? Number(string name) => Read<double>(
        name, "a number", text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v)
            ? v
            : null);

    public bool? Flag(string name) => Read<bool>(name, "true or false", text => bool.TryParse(text, out var v) ? v : null);

    /// <summary>An amount such as <c>500m</c> or <c>1.5Gi</c>, in thousandths rounded up, as the HPA computes with it.</summary>
    public double? Quantity(string name) => Read<double>(
        name,
        "a quantity such as 500m or 1.5Gi",
        text => Kubernetes.Primitives.Quantity.Parse(Encoding.UTF8.GetBytes(text))?.Milli / 1000.0);

    /// <summary>Whether a field is there, without having looked at it.</summary>
    public bool Has(string name) => !IsNull(Find(name).Value);

    /// <summary>Marks fields as looked at that say nothing of how to scale.</summary>
    public void Pass(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _seen.Add(name);
    }

    /// <summary>A note at one of the fields: the policy does something else with it.</summary>
    public void Differs(string name, string message) => report.Differs(Place(name), LineOfField(name), message);

    /// <summary>What one of the fields says is to be done beside the policy.</summary>
    public void ToDo(string name, string message) => report.ToDo(Place(name), LineOfField(name), message);

    /// <summary>A field is left out of the policy.</summary>
    public void Unmapped(string name, string message)
    {
        _seen.Add(name);
        report.Unmapped(Place(name), LineOfField(name), message);
    }

    /// <summary>A field cannot be read.</summary>
    public void Invalid(string name, string message) => report.Invalid(Place(name), LineOfField(name), message);

    /// <summary>Tells every field that nobody has looked at, in this block and in those within it that somebody asked for.</summary>
    /// <param name="concerns">Which fields of this block are meant; <see langword="null"/> for all.</param>
    public void TellRest(Func<string, bool>? concerns = null)
    {
        foreach (var name in Names.Where(n => !_seen.Contains(n) && concerns?.Invoke(n) != false))
            Unmapped(name, "is not known to this command, and left out");
        foreach (var block in _inner) block.TellRest();
    }

    private static bool IsNull(YamlNode? value) => value is null
        || (value is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" });

    private T? Read<T>(string name, string rule, Func<string, T?> read)
        where T : struct
    {
        if (Text(name) is not { } text) return null;
        var value = read(text.Trim());
        if (value is null) Invalid(name, $"must be {rule}, but is '{text}'");
        return value;
    }

    private (YamlNode? Key, YamlNode? Value) Look(string name)
    {
        _seen.Add(name);
        return Find(name);
    }

    private Fields Keep(YamlNode? block, string at, int place, bool? inText = null)
    {
        var fields = new Fields(block, at, place, report, inText ?? isText);
        _inner.Add(fields);
        return fields;
    }

    private string Place(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private int LineOfField(string name) => LineOf(Find(name).Key);

    private int LineOf(YamlNode? key) => key is null || isText ? line : (int)key.Start.Line;

    private (YamlNode? Key, YamlNode? Value) Find(string name) => isText ? YamlPath.Child(node, name) : YamlPath.Exact(node, name);
}
