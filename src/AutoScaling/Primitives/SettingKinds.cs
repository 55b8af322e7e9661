using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingKinds
{
    // A duration as Durations reads it: units from the largest to the smallest, each at most once, or hh:mm:ss.
    private const string Units =
        "(?=[0-9])([0-9.]+d ?)?([0-9.]+h ?)?([0-9.]+m ?)?([0-9.]+s ?)?([0-9.]+ms ?)?";

    private const string Clock = @"([0-9.]+\.)?[0-9]+:[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]+)?";

    // Refuses a duration of 0 in either of the two forms, for settings that must be more than 0.
    private const string NotZero = "(?![0.:dhms ]*$)";

    /// <summary>A name, and optionally the name of a source after the last <c>@</c>; neither is blank.</summary>
    private const string MetricPattern = $@"^(?![\s\S]*@\s*$)(?!\s*@[^@]*$)(?=[\s\S]*\S)[^{Invisible.Ranges}]*$";

    /// <summary>A name that is not blank, of which all can be seen; empty: none.</summary>
    private const string NamePattern = $@"^((?=[\s\S]*\S)[^{Invisible.Ranges}]*)?$";

    public static SettingKind<string> Text(string? pattern = null) => new()
    {
        Words = "text",
        Parse = SettingValues.ParseText,
        Write = (name, value) => SettingValues.IsWellFormed(value)
            ? JsonValue.Create(value)
            : throw Bounds.Broken(name, "valid Unicode text", value),
        Schema = () => pattern is null ? new() { ["type"] = "string" } : new() { ["type"] = "string", ["pattern"] = pattern },
    };

    /// <summary>The name of a scaler or of a rule, which may be left out.</summary>
    public static SettingKind<string> Name() => Text(NamePattern);

    /// <summary>A name that is not blank.</summary>
    public static SettingKind<string> Label() => Text($@"^(?=[\s\S]*\S)[^{Invisible.Ranges}]*$");

    /// <summary>The schema also knows the second form, a source with an expression, which <see cref="MetricSetting{T}"/> reads.</summary>
    public static SettingKind<string> Metric()
    {
        var text = Text(MetricPattern);
        return new()
        {
            Words = "a metric, or a source with an expression",
            Parse = text.Parse,
            Write = text.Write,
            Schema = () => new()
            {
                ["anyOf"] = new JsonArray(text.Schema(), new JsonObject
                {
                    ["type"] = "object",
                    ["minProperties"] = 1,
                    ["maxProperties"] = 1,
                    ["additionalProperties"] = new JsonObject { ["type"] = "string", ["pattern"] = @"[\s\S]*\S" },
                }),
            },
        };
    }

    public static SettingKind<bool> Flag() => new()
    {
        Words = "true or false",
        Parse = SettingValues.ParseFlag,
        Write = (_, value) => JsonValue.Create(value),
        Schema = () => new() { ["type"] = "boolean" },
    };

    public static SettingKind<double> Number(Bounds<double>? bounds) => new()
    {
        Words = Words("a number", bounds),
        Parse = SettingValues.ParseNumber,
        Write = (name, value) => double.IsFinite(value) ? JsonValue.Create(value) : throw Bounds.Broken(name, "finite", value),
        Schema = () => Bounded(new() { ["type"] = "number" }, bounds, value => JsonValue.Create(value)),
        Broken = Rule(bounds),

        // Compared bit by bit: -0 equals 0, but a document that left it out would be read back as 0.
        Same = (a, b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b),
    };

    public static SettingKind<int> WholeNumber(Bounds<int>? bounds) => new()
    {
        Words = Words("a whole number", bounds),
        Parse = SettingValues.ParseWholeNumber,
        Write = (_, value) => JsonValue.Create(value),
        Schema = () => Bounded(
            new() { ["type"] = "integer", ["minimum"] = int.MinValue, ["maximum"] = int.MaxValue },
            bounds,
            value => JsonValue.Create(value)),
        Broken = Rule(bounds),
    };

    public static SettingKind<TimeSpan> Duration(Bounds<TimeSpan>? bounds) => new()
    {
        Words = Words("a duration", bounds),
        Parse = SettingValues.ParseDuration,
        Write = (_, value) => JsonValue.Create(Durations.Format(value)),

        // Of the bounds a pattern can say whether a duration may be negative, and whether it may be 0.
        Schema = () => new()
        {
            ["type"] = "string",
            ["pattern"] = $"^{(bounds?.Least is { } least && least >= TimeSpan.Zero ? "" : "-?")}"
                + $"{(bounds?.Allow(TimeSpan.Zero) == false ? NotZero : "")}({Units}|{Clock})$",
        },
        Broken = Rule(bounds),
    };

    public static SettingKind<TChoice> Choice<TChoice>() where TChoice : struct, Enum => new()
    {
        Words = SettingValues.Enumerate([.. Enum.GetValues<TChoice>().Select(SettingValues.WordOf)], "or"),
        Parse = SettingValues.ParseChoice,
        Write = (_, value) => JsonValue.Create(SettingValues.WordOf(value)),
        Schema = () => Names(Enum.GetValues<TChoice>().Select(SettingValues.WordOf)),
    };

    /// <summary>One of some names.</summary>
    public static SettingKind<string> OneOf(IReadOnlyList<string> names) => new()
    {
        Words = SettingValues.Enumerate(names, "or"),
        Parse = (string? text, out string value) =>
        {
            var known = names.FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
            value = known ?? "";
            return known is null ? SettingValues.Enumerate(names, "or") : null;
        },
        Write = (_, value) => JsonValue.Create(value),
        Schema = () => Names(names),
    };

    private static JsonObject Names(IEnumerable<string> names) =>
        new() { ["enum"] = new JsonArray([.. names.Select(name => (JsonNode)JsonValue.Create(name))]) };

    private static string Words<T>(string what, Bounds<T>? bounds) where T : struct, IComparable<T> =>
        bounds is null || (bounds.Least is null && bounds.Most is null) ? what
        : Equals(bounds.Least, bounds.Most) ? Phrase.Exact(bounds.Least)
        : $"{what}, {bounds.Rule}";

    private static Func<T, string?>? Rule<T>(Bounds<T>? bounds) where T : struct, IComparable<T> =>
        bounds is null ? null : value => bounds.Allow(value) ? null : bounds.Rule;

    private static JsonObject Bounded<T>(JsonObject schema, Bounds<T>? bounds, Func<T, JsonValue> write) where T : struct, IComparable<T>
    {
        if (bounds?.Least is { } least)
        {
            schema.Remove("minimum");
            schema[bounds.IsAbove ? "exclusiveMinimum" : "minimum"] = write(least);
        }

        if (bounds?.Most is { } most)
        {
            schema.Remove("maximum");
            schema[bounds.IsBelow ? "exclusiveMaximum" : "maximum"] = write(most);
        }

        return schema;
    }
}
