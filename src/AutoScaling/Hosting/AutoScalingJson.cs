using System.Text.Json.Serialization.Metadata;

namespace AutoScaling;

/// <summary>
/// Status, records, decisions, states and policies as JSON where the serializer may not look at types while it runs, as in what is compiled
/// ahead of time. Everywhere else <see cref="System.Text.Json.JsonSerializer"/> needs nothing of this.
/// </summary>
public static class AutoScalingJson
{
    /// <summary>
    /// Knows how each of them is written and read. Add it to <see cref="System.Text.Json.JsonSerializerOptions.TypeInfoResolverChain"/>, or
    /// make it the <see cref="System.Text.Json.JsonSerializerOptions.TypeInfoResolver"/>.
    /// </summary>
    public static IJsonTypeInfoResolver TypeInfoResolver => Hosting.StatusJson.Default;
}
