using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>
/// What a setting's value is: how it is read from a document and written to one, and what of it a schema and the reference page say.
/// </summary>
/// <typeparam name="TValue">The value's type.</typeparam>
internal sealed class SettingKind<TValue>
{
    /// <summary>The value as the reference page says it: <c>a duration</c>.</summary>
    public required string Words { get; init; }

    /// <summary>Reads a value of a text.</summary>
    public required SettingValues.Parser<TValue> Parse { get; init; }

    /// <summary>The value in a document; the first argument is the setting's name, for sentences.</summary>
    public required Func<string, TValue, JsonNode> Write { get; init; }

    /// <summary>What a JSON schema says of the value.</summary>
    public required Func<JsonObject> Schema { get; init; }

    /// <summary>
    /// The rule that a value breaks, after "must be", or <see langword="null"/> if it breaks none; <see langword="null"/> if there are no
    /// rules.
    /// </summary>
    public Func<TValue, string?>? Broken { get; init; }

    /// <summary>Whether two values are the same to whoever reads them back.</summary>
    public Func<TValue, TValue, bool> Same { get; init; } = EqualityComparer<TValue>.Default.Equals;
}
