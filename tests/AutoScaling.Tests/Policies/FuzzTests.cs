using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Tests.Policies;

/// <summary>Whatever a document holds, reading it ends in policies or in sentences, never in another exception.</summary>
public sealed class FuzzTests
{
    internal static readonly string[] Keys =
    [
        "version", "defaults", "policies", "service", "min", "max", "cpuTarget", "memoryTarget", "exactArithmetic", "interval", "maxMetricAge", "scaler", "enabled", "combine", "scaleDownOnlyIfAllAgree", "rules",
        "type", "name", "metric", "kind", "target", "skipUnready", "initializationPeriod", "arrivalMetric", "throughputPerReplica", "drainTime", "isTotal", "steps", "from", "below", "change",
        "percentChange", "to", "start", "end", "timeZone", "floor", "ceiling", "exact", "replicas", "cpuMetric", "behavior", "preset", "flapGuard", "zeroIsOff", "scaleUp", "scaleDown", "cooldown",
        "stabilizationWindow", "tolerance", "select", "rateLimits", "percent", "period", "scaleUpCooldown", "scaleDownCooldown", "initialReadinessDelay", "memoryMetric", "shadows", "", "0", "1", "<<", "Min", "x",
        "metrics", "atLeast", "atMost", "negative", "ifMissing", "ifFailed", "after", "followsLoad", "Cpu", "activation", "activationReplicas", "idleTime", "inFlightMetric", "during", "except", "priority",
        "gradual", "multipleOf", "safetyGuards", "largerNeedPasses", "mode", "paused", "add", "load", "objective", "shortageWeight", "startDelay", "hold", "seasons",
        "concurrencyPerReplica", "latencyMetric", "maxScaleDownRate", "maxScaleUpRate", "maxUtilization", "panicThreshold", "panicWindow", "percentile", "serviceTime", "stableWindow",
        "targetUtilization", "utilizationMetric", "override", "until", "reason", "by",
    ];

    private static readonly string[] Leaves =
    [
        "null", "true", "false", "0", "1", "-1", "70", "1e400", "0.5", "-0.0", "99999999999", "\"\"", "\" \"", "\"web\"", "\"a b\"", "\"5m\"", "\"-5m\"", "\"300\"", "\"99999999d\"", "\"00:05:00\"", "\"max\"",
        "\"fixed\"", "\"step\"", "\"schedule\"", "\"backlog\"", "\"targetTracking\"", "\"threshold\"", "\"kubernetes\"", "\"0 8 * * *\"", "\"H H * * *\"", "\"@hourly\"", "\"2026-12-24T18:00:00Z\"", "\"60 * * * *\"", "\"Europe/Berlin\"", "\"../x\"",
        "\"\\u0000\"", "\"NaN\"", "\"cpu@\"", "\"@\"", "\"\\ud83d\\ude00\"", "\"*\"", "\"&a\"", "[]", "{}",
    ];

    private static readonly Gen<string> Tree = Gen.Recursive<string>((depth, inner) => depth > 3 ? Gen.OneOf(Leaves) : Gen.Frequency(
        (2, (IGen<string>)Gen.OneOf(Leaves)),
        (1, inner.Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
        (3, Gen.Select(Gen.OneOf(Keys), inner).Array[0, 6].Select(entries => $"{{{string.Join(',', entries.DistinctBy(e => e.Item1).Select(e => $"\"{e.Item1}\":{e.Item2}"))}}}"))));

    /// <summary>Trees that are at least shaped like a document, so that the fuzz gets past its door.</summary>
    private static readonly Gen<string> Document = Gen.OneOf(
        Tree,
        Gen.Select(Tree, Tree.Array[0, 3], (defaults, policies) => $$"""{"defaults":{{defaults}},"policies":[{{string.Join(',', policies)}}]}"""),
        Gen.Select(Gen.OneOf("targetTracking", "backlog", "step", "schedule", "forecast", "latency", "concurrency", "fixed", "threshold"), Gen.Select(Gen.OneOf(Keys), Tree).Array[0, 6], (type, entries) =>
            $$"""{"policies":[{"service":"web","rules":[{"type":"{{type}}"{{string.Concat(entries.DistinctBy(e => e.Item1).Where(e => e.Item1 != "type").Select(e => $",\"{e.Item1}\":{e.Item2}"))}}}]}]}"""),
        Gen.Select(Tree, Gen.Select(Gen.OneOf(Keys), Tree).Array[0, 6], (name, entries) =>
            $$"""{"policies":[{"service":"web","metrics":{"cpu":{ {{string.Join(',', entries.DistinctBy(e => e.Item1).Select(e => $"\"{e.Item1}\":{e.Item2}"))}} },"queue@app":{{name}} } }]}"""),
        Gen.Select(Tree, Tree, (up, down) => $$$"""{"policies":[{"service":"web","behavior":{"scaleUp":{{{up}}},"scaleDown":{{{down}}} }}]}"""));

    [Fact]
    public void Parse_AnyTree_IsPoliciesOrSentences() => Document.Sample(
        json =>
        {
            Survives(() => PolicyDocument.ParseJson(json));
            Survives(() => PolicyDocument.ParseYaml(json));
        },
        iter: 3000);

    [Fact]
    public void FromConfiguration_AnyTree_IsPoliciesOrSentences() => Document.Sample(
        json =>
        {
            if (Configuration(json) is { } configuration) Survives(() => PolicyDocument.FromConfiguration(configuration));
        },
        iter: 2000);

    [Fact]
    public void Parse_ADocumentWithSlips_IsPoliciesOrSentences() =>
        (from policies in PolicyGen.Policies
         from asYaml in Gen.Bool
         from slips in Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 8], Gen.String[Gen.OneOf((IGen<char>)Gen.Char, Gen.OneOf(":-[]{},&*!|>'\"%@`#\\ \n\t0e~\ud800".ToCharArray())), 0, 3]).Array[1, 4]
         select (Text: slips.Aggregate(asYaml ? PolicyDocument.ToYaml(policies) : PolicyDocument.ToJson(policies), Slip), asYaml))
        .Sample(document => Survives(() => document.asYaml ? PolicyDocument.ParseYaml(document.Text) : PolicyDocument.ParseJson(document.Text)), iter: 3000);

    [Fact]
    public void Parse_AnyText_IsPoliciesOrSentences() => Gen.String[Gen.OneOf((IGen<char>)Gen.Char, Gen.OneOf(":-[]{},&*!|>'\"%@`#\\? \n\t\r0ae~.<\0".ToCharArray())), 0, 60].Sample(
        text =>
        {
            Survives(() => PolicyDocument.ParseJson(text));
            Survives(() => PolicyDocument.ParseYaml(text));
        },
        iter: 10_000);

    [Fact]
    public void Keys_EverySettingThatThereIs_IsAmongThem()
    {
        static IEnumerable<string> Of(TableInfo? table) => table is null ? [] : table.Settings.SelectMany(info =>
            Of(info.Block).Concat(Of(info.Items)).Concat(Of(info.Map)).Append(info.Key));
        var types = RuleTypes.With(null);
        var settings = new PolicySettings(types, PolicyDefaults.Library);
        var all = Of(settings.Policy.Describe(settings.Seed, known: true)).Concat(types.All.SelectMany(type => Of(type.Describe())))
            .Concat(Of(Behaviors.DefaultsSettings.Table.Describe(PolicyDefaults.Library, known: true)));
        Assert.Empty(all.Except(Keys));
    }

    /// <summary>What is read is also written and read again to the same.</summary>
    private static void Survives(Func<ImmutableArray<ScalingPolicy>> read)
    {
        ImmutableArray<ScalingPolicy> policies;
        try
        {
            policies = read();
        }
        catch (ScalingException e)
        {
            Assert.Equal(ScalingErrorKind.InvalidConfiguration, e.Kind);
            Assert.NotEmpty(e.Errors);
            Assert.All(e.Errors, Assert.NotEmpty);
            return;
        }

        Assert.Equal(PolicyGen.Dump(policies), PolicyGen.Dump(PolicyDocument.ParseYaml(PolicyDocument.ToYaml(policies))));
    }

    private static IConfiguration? Configuration(string json)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        }
        catch (FormatException)
        {
            return null; // configuration takes blocks only, and no two keys that differ only in their case
        }
    }

    private static string Slip(string text, (int At, int Length, string Put) slip)
    {
        var at = slip.At % text.Length;
        return text[..at] + slip.Put + text[Math.Min(text.Length, at + slip.Length)..] + " ";
    }
}
