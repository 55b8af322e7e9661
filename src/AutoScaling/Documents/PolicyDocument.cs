using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Documents;
using AutoScaling.Policies;
using AutoScaling.Primitives;
using Microsoft.Extensions.Configuration;

namespace AutoScaling;

/// <summary>Policies as documents: JSON, YAML, and configuration, all with the same settings.</summary>
/// <remarks>
/// A document is a list named <c>policies</c> and, optionally, a block named <c>defaults</c> for what they leave out; keys are compared
/// without regard to case.
/// A policy may hold a list named <c>shadows</c>, candidates with a <c>name</c> and what they say differently from the policy.
/// What is wrong with a document is reported at once, one sentence for each error in <see cref="ScalingException.Errors"/>, at most 100
/// of them.
/// </remarks>
public static class PolicyDocument
{
    /// <summary>How long a document may be, unless something else is said: 1 MiB.</summary>
    public const int DefaultMaxBytes = 1024 * 1024;

    /// <summary>Reads policies from JSON; comments and trailing commas are allowed.</summary>
    /// <param name="json">The document.</param>
    /// <param name="defaults">What a policy has where neither it nor the document says something; <see langword="null"/> for the library's
    /// defaults.</param>
    /// <param name="ruleTypes">The types of your own rules that the document may use.</param>
    /// <param name="maxBytes">How long the document may be, in bytes of UTF-8; 1 MiB by default.</param>
    /// <exception cref="ScalingException">The document is broken or a setting breaks its rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ImmutableArray<ScalingPolicy> ParseJson(
        string json, PolicyDefaults? defaults = null, IEnumerable<RuleType>? ruleTypes = null, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string what = "The JSON document";
        var lines = new DocumentLines(PolicyFile.Checked(json, what, maxBytes));
        return PolicyReader.Read(JsonNodes.Parse(json, what, lines), listRequired: true, defaults, ruleTypes, lines);
    }

    /// <summary>Reads policies from YAML; anchors and merge keys are allowed.</summary>
    /// <param name="yaml">The document.</param>
    /// <param name="defaults">What a policy has where neither it nor the document says something; <see langword="null"/> for the library's
    /// defaults.</param>
    /// <param name="ruleTypes">The types of your own rules that the document may use.</param>
    /// <param name="maxBytes">How long the document may be, in bytes of UTF-8; 1 MiB by default.</param>
    /// <exception cref="ScalingException">The document is broken or a setting breaks its rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ImmutableArray<ScalingPolicy> ParseYaml(
        string yaml, PolicyDefaults? defaults = null, IEnumerable<RuleType>? ruleTypes = null, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        const string what = "The YAML document";
        var lines = new DocumentLines(PolicyFile.Checked(yaml, what, maxBytes));
        return PolicyReader.Read(YamlNodes.Parse(yaml, what, lines), listRequired: true, defaults, ruleTypes, lines);
    }

    /// <summary>Reads policies from a section of configuration; no policies if it holds none.</summary>
    /// <remarks>The time that this takes grows with the square of the number of policies, as configuration looks through all its keys for
    /// those of each section: load thousands from a file.</remarks>
    /// <param name="section">The section that holds <c>Policies</c> and <c>Defaults</c>; its other keys are left alone.</param>
    /// <param name="defaults">What a policy has where neither it nor the section says something; <see langword="null"/> for the library's
    /// defaults.</param>
    /// <param name="ruleTypes">The types of your own rules that the section may use.</param>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ImmutableArray<ScalingPolicy> FromConfiguration(
        IConfiguration section, PolicyDefaults? defaults = null, IEnumerable<RuleType>? ruleTypes = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        var document = new JsonObject
        {
            ["defaults"] = ConfigurationNodes.From(section.GetSection("Defaults")),
            ["policies"] = ConfigurationNodes.From(section.GetSection("Policies")),
        };
        if (ConfigurationNodes.From(section.GetSection("Version")) is { } version) document["version"] = version;
        return PolicyReader.Read(document, listRequired: false, defaults, ruleTypes);
    }

    /// <summary>Reads policies from a file.</summary>
    /// <param name="path">The file, which ends in <c>.json</c>, <c>.yaml</c> or <c>.yml</c>.</param>
    /// <param name="defaults">What a policy has where neither it nor the file says something; <see langword="null"/> for the library's
    /// defaults.</param>
    /// <param name="ruleTypes">The types of your own rules that the file may use.</param>
    /// <param name="maxBytes">How long the file may be, in bytes of UTF-8; 1 MiB by default.</param>
    /// <exception cref="ScalingException">The file cannot be read or is broken, or a setting breaks its rule
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ImmutableArray<ScalingPolicy> Load(
        string path, PolicyDefaults? defaults = null, IEnumerable<RuleType>? ruleTypes = null, int maxBytes = DefaultMaxBytes)
    {
        var isYaml = PolicyFile.IsYaml(path);
        var text = PolicyFile.Read(path, maxBytes);
        var lines = new DocumentLines(text);
        var document = isYaml ? YamlNodes.Parse(text, path, lines) : JsonNodes.Parse(text, path, lines);
        return PolicyReader.Read(document, listRequired: true, defaults, ruleTypes, lines);
    }

    /// <summary>Writes policies as JSON: only what differs from the defaults, in a fixed order.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="ruleTypes">The types of your own rules that the policies use.</param>
    /// <returns>The document, which reads back to equal policies.</returns>
    /// <exception cref="ScalingException">Two policies are for one target, or a rule has no type
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static string ToJson(IEnumerable<ScalingPolicy> policies, IEnumerable<RuleType>? ruleTypes = null)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return JsonNodes.Write(PolicyWriter.ToDocument(policies, ruleTypes));
    }

    /// <summary>Writes policies as YAML: only what differs from the defaults, in a fixed order.</summary>
    /// <inheritdoc cref="ToJson"/>
    public static string ToYaml(IEnumerable<ScalingPolicy> policies, IEnumerable<RuleType>? ruleTypes = null)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return YamlText.Write(PolicyWriter.ToDocument(policies, ruleTypes));
    }

    /// <summary>A policy with another value of one setting, which is named as in documents: for sweeps and for tools.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">The way to the setting: <c>cpuTarget</c>, <c>rules[0].target</c>, <c>behavior.scaleDown.cooldown</c>.</param>
    /// <param name="value">The value as documents have it: <c>70</c>, <c>5m</c>.</param>
    /// <param name="ruleTypes">The types of your own rules that the policy uses.</param>
    /// <exception cref="ScalingException">There is no such setting, or it cannot have the value
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingPolicy With(ScalingPolicy policy, string path, string value, IEnumerable<RuleType>? ruleTypes = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(value);
        return PolicyPath.With(policy, path, value, ruleTypes);
    }

    /// <summary>
    /// The JSON schema (draft 7) of policy documents, for editors and checks. The library's own rules are in
    /// <c>schema/autoscaling.schema.json</c> of the package.
    /// </summary>
    /// <param name="ruleTypes">The types of your own rules that documents may use.</param>
    /// <returns>The schema's text. It refuses what cannot be read, as far as a schema can say that; numbers are numbers in it, which the
    /// library reads also from text.</returns>
    public static string Schema(IEnumerable<RuleType>? ruleTypes = null) => JsonNodes.Write(PolicySchema.Of(RuleTypes.With(ruleTypes)));

    /// <summary>
    /// The settings of one policy as a structural OpenAPI schema, which Kubernetes wants of custom resources: with types, bounds and
    /// defaults, but without what it allows nowhere, such as references and cases. What depends on several settings, and the settings of a
    /// rule's type, only the reader knows. Settings whose default a host can change have none in it.
    /// </summary>
    /// <param name="ruleTypes">The types of your own rules that policies may use.</param>
    /// <returns>The schema as JSON, of an object without <c>service</c> and <c>scaler</c>, which the resource says otherwise.</returns>
    public static string StructuralSchema(IEnumerable<RuleType>? ruleTypes = null) =>
        JsonNodes.Write(Documents.StructuralSchema.Of(RuleTypes.With(ruleTypes)));

    /// <summary>Reads the settings of one policy that stand by themselves, as a custom resource has them.</summary>
    /// <param name="target">What the policy is for.</param>
    /// <param name="json">The settings, without <c>service</c>.</param>
    /// <param name="defaults">What the policy has where it says nothing; <see langword="null"/> for the library's defaults.</param>
    /// <param name="ruleTypes">The types of your own rules that it may use.</param>
    /// <exception cref="ScalingException">A setting breaks its rule; all that is wrong is in it
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingPolicy ParsePolicy(
        ScalingTarget target, string json, PolicyDefaults? defaults = null, IEnumerable<RuleType>? ruleTypes = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(json);
        const string what = "The settings of the policy";
        if (JsonNodes.Parse(PolicyFile.Checked(json, what, DefaultMaxBytes), what) is not JsonObject block)
            throw ScalingException.Invalid($"{what} must be a block.");
        return PolicyReader.ReadOne(target, block, defaults ?? PolicyDefaults.Library, ruleTypes);
    }

    /// <summary>
    /// Writes policies to a file, in one step: whoever reads it meanwhile finds the old policies or the new ones, never a part.
    /// </summary>
    /// <param name="path">The file, which ends in <c>.json</c>, <c>.yaml</c> or <c>.yml</c>; it is replaced if it is there.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="ruleTypes">The types of your own rules that the policies use.</param>
    /// <exception cref="ScalingException">
    /// The file cannot be written, two policies are for one target, or a rule has no type
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static void Save(string path, IEnumerable<ScalingPolicy> policies, IEnumerable<RuleType>? ruleTypes = null) =>
        PolicyFile.Write(path, PolicyFile.IsYaml(path) ? ToYaml(policies, ruleTypes) : ToJson(policies, ruleTypes));
}
