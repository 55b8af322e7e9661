using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AutoScaling.Policies;

namespace AutoScaling;

/// <summary>
/// Writes policies and shadows as JSON with all their settings, named as in policy documents, and reads them back to equal ones.
/// </summary>
/// <remarks>
/// <see cref="JsonSerializer"/> uses it without being asked to. Hosts with rules of their own add one with their types to
/// <see cref="JsonSerializerOptions.Converters"/>: without its type a rule is written by its name and the name of its class only, and what
/// was written so is refused when it is read. What is wrong with a policy that is read is the message of a <see cref="JsonException"/>, in
/// the words of policy documents.
/// </remarks>
public sealed class PolicyJsonConverter : JsonConverterFactory
{
    private readonly RuleTypes _types;

    /// <summary>Creates a converter that knows the library's rules.</summary>
    public PolicyJsonConverter() : this(null)
    {
    }

    /// <summary>Creates a converter that knows rules of your own.</summary>
    /// <param name="ruleTypes">Their types; <see langword="null"/> for none.</param>
    /// <exception cref="ScalingException">Two types have one name, or are for one rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public PolicyJsonConverter(IEnumerable<RuleType>? ruleTypes) => _types = RuleTypes.With(ruleTypes, writesUnknown: true);

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(ScalingPolicy) || typeToConvert == typeof(ShadowPolicy);

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(ShadowPolicy) ? new Shadows(_types) : new Policies(_types);

    private static T Checked<T>(ref Utf8JsonReader reader, string what, Func<JsonObject, T> read)
    {
        try
        {
            return JsonNode.Parse(ref reader) is JsonObject settings
                ? read(settings)
                : throw new JsonException($"{what} must be an object.");
        }
        catch (ScalingException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private sealed class Policies(RuleTypes types) : JsonConverter<ScalingPolicy>
    {
        public override ScalingPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Checked(ref reader, "A policy", settings => PolicyReader.ReadPolicy(settings, types));

        public override void Write(Utf8JsonWriter writer, ScalingPolicy value, JsonSerializerOptions options) =>
            PolicyWriter.ToNode(value, types).WriteTo(writer);
    }

    /// <summary>A shadow by itself has no policy whose settings it could leave out.</summary>
    private sealed class Shadows(RuleTypes types) : JsonConverter<ShadowPolicy>
    {
        public override ShadowPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Checked(ref reader, "A shadow", settings => Table.Read(settings, "", Table.Seed));

        public override void Write(Utf8JsonWriter writer, ShadowPolicy value, JsonSerializerOptions options) =>
            Table.Write(value, Table.Seed, all: true).WriteTo(writer);

        private SettingsTable<ShadowPolicy> Table
        {
            get
            {
                var settings = new PolicySettings(types, PolicyDefaults.Library);
                return SettingsTable.Of("a shadow", settings.Shadow.Seed)
                    .Name("name", "The shadow's name.", s => s.Name, (s, v) => s with { Name = v })
                    .Block("policy", "How it decides.", s => s.Policy, (s, v) => s with { Policy = v }, settings.Policy);
            }
        }
    }
}
