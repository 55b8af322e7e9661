using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>Makes policies of a document, whatever it was written in, and collects everything that is wrong with it.</summary>
internal static class PolicyReader
{
    /// <summary>Where JSON documents name their schema, for editors.</summary>
    public const string SchemaKey = "$schema";

    private const int Version = 1;

    /// <summary>What a document says of itself: its version.</summary>
    public static SettingsTable<int> Head { get; } = SettingsTable.Of("a policy document", Version)
        .WholeNumber(
            "version", "The version of the settings' names and meanings; later versions of the library read this one too.",
            v => v, (_, v) => v, new Bounds<int>(Version, Version))
        .Check(v => v == Version
            ? null
            : $"Version must be {Phrase.Exact(Version)}, the only one that this version of the library reads, but is {Phrase.Exact(v)}.");

    /// <summary>Reads a whole document.</summary>
    /// <param name="document">The document's content.</param>
    /// <param name="listRequired">Whether it is an error that the document holds no policies.</param>
    /// <param name="defaults">What policies have where neither they nor the document say something.</param>
    /// <param name="types">The user's own rules.</param>
    /// <param name="lines">Where the parts of the document are, if it is a text.</param>
    /// <exception cref="ScalingException">Something is wrong; everything that is wrong is in it.</exception>
    public static ImmutableArray<ScalingPolicy> Read(
        JsonNode? document, bool listRequired, PolicyDefaults? defaults, IEnumerable<RuleType>? types, DocumentLines? lines = null)
    {
        if (document is not JsonObject settings)
            throw ScalingException.Invalid(
                $"A policy document must be a block of settings with a list named policies, but is {SettingValues.Shown(document)}.");
        var known = RuleTypes.With(types);
        return SettingsReader.All(settings, "", "a policy document", root =>
        {
            root.Has(SchemaKey);
            Head.Read(root, Head.Seed);
            var table = DefaultsSettings.Table;
            var given = root.Block("defaults", defaults ?? PolicyDefaults.Library, table.What, table.Read);
            var policies = new PolicySettings(known, given);
            return root.ListOrMap(
                "policies",
                ImmutableArray<ScalingPolicy>.Empty,
                policies.Policy.What,
                policy => policies.Policy.Read(policy, policies.Seed),
                (_, read) => read,
                listRequired);
        }, lines);
    }

    /// <summary>Reads one policy, as <see cref="PolicyWriter"/> wrote it.</summary>
    /// <exception cref="ScalingException">Something is wrong; everything that is wrong is in it.</exception>
    public static ScalingPolicy ReadPolicy(JsonObject policy, IEnumerable<RuleType>? types = null) =>
        ReadPolicy(policy, RuleTypes.With(types));

    /// <summary>Reads one policy of a target that is known from elsewhere.</summary>
    /// <exception cref="ScalingException">Something is wrong; everything that is wrong is in it.</exception>
    public static ScalingPolicy ReadOne(ScalingTarget target, JsonObject policy, PolicyDefaults defaults, IEnumerable<RuleType>? types)
    {
        var settings = new PolicySettings(RuleTypes.With(types), defaults);
        if (policy.Any(setting => setting.Key.Equals("service", StringComparison.OrdinalIgnoreCase)))
            throw ScalingException.Invalid($"Service must be left out, as it is known: '{target}'.");
        policy["service"] = target.Name;
        return settings.Policy.Read(policy, "", settings.Seed);
    }

    /// <summary>Reads one policy whose rules are of these types.</summary>
    /// <exception cref="ScalingException">Something is wrong; everything that is wrong is in it.</exception>
    public static ScalingPolicy ReadPolicy(JsonObject policy, RuleTypes types)
    {
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        return settings.Policy.Read(policy, "", settings.Seed);
    }
}
