using AutoScaling.Tool.Converting;
using AutoScaling.Tool.Policies;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Tests.Converting;

/// <summary>Every field of an HPA and of a ScaledObject is mapped or told; what this version does not know is told, too.</summary>
public sealed class NothingLostTests
{
    private const string Behavior =
        "{ scaleUp: { stabilizationWindowSeconds: 7, selectPolicy: Min, tolerance: 20m, policies: [ { type: Pods, value: 7, periodSeconds: 7 } ] }, "
        + "scaleDown: { stabilizationWindowSeconds: 7, selectPolicy: Min, tolerance: 20m, policies: [ { type: Percent, value: 7, periodSeconds: 7 } ] } }";

    /// <summary>Every field of the spec of autoscaling/v2.</summary>
    private const string Hpa = $$"""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: { name: web, namespace: shop }
        spec:
          scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web }
          minReplicas: 2
          maxReplicas: 9
          metrics:
            - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }
            - { type: ContainerResource, containerResource: { name: memory, container: app, target: { type: AverageValue, averageValue: 5Mi } } }
            - { type: Pods, pods: { metric: { name: rps, selector: { matchLabels: { a: b } } }, target: { type: AverageValue, averageValue: 5 } } }
            - { type: Object, object: { metric: { name: hits, selector: { matchLabels: { a: b } } }, describedObject: { apiVersion: x/v1, kind: Thing, name: t }, target: { type: Value, value: 5 } } }
            - { type: External, external: { metric: { name: queue, selector: { matchExpressions: [ { key: a, operator: In, values: [ b ] } ] } }, target: { type: AverageValue, averageValue: 5 } } }
          behavior: {{Behavior}}
        """;

    /// <summary>Every field of the spec of keda.sh/v1alpha1, with the metadata of the triggers that are mapped.</summary>
    private const string Keda = $$"""
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: { name: work, namespace: shop }
        spec:
          scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: work, envSourceContainerName: app }
          pollingInterval: 5
          initialCooldownPeriod: 7
          cooldownPeriod: 700
          idleReplicaCount: 0
          minReplicaCount: 2
          maxReplicaCount: 9
          fallback: { failureThreshold: 3, replicas: 6, behavior: currentReplicasIfHigher }
          advanced:
            restoreToOriginalReplicaCount: true
            scalingModifiers: { target: "2", activationTarget: "1", metricType: AverageValue, formula: a + b }
            horizontalPodAutoscalerConfig: { name: own, behavior: {{Behavior}} }
          triggers:
            - type: prometheus
              name: a
              metricType: Value
              useCachedMetrics: true
              authenticationRef: { name: auth, kind: ClusterTriggerAuthentication }
              metadata: { serverAddress: http://p, query: q, threshold: "5", activationThreshold: "3", namespace: n, customHeaders: "A=b", queryParameters: "c=d", ignoreNullValues: "false", unsafeSsl: "true", authModes: bearer, cortexOrgID: o, timeout: "500" }
            - { type: cpu, name: b, metricType: AverageValue, metadata: { value: "60", containerName: app, activationValue: "5" } }
            - { type: cron, name: c, metadata: { timezone: Europe/Berlin, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "7" } }
            - { type: kafka, metadata: { topic: t } }
        """;

    // What KEDA's own HPA is called, and where secrets lie that a source has instead: neither says how to scale.
    private static readonly string[] SayNothing = ["spec.advanced.horizontalPodAutoscalerConfig.name", "spec.triggers[0].authenticationRef.kind"];

    // What is left out as a whole is told once.
    private static readonly string[] AreToldWhole = ["spec.advanced.scalingModifiers", "spec.triggers[3]"];

    public static TheoryData<string, string> Fields { get; } = [.. FieldsOf("Hpa", Hpa), .. FieldsOf("Keda", Keda)];

    public static TheoryData<string, string> Blocks { get; } = [.. BlocksOf("Hpa", Hpa), .. BlocksOf("Keda", Keda)];

    [Fact]
    public void Fixtures_HaveTheFieldsOfTheirKinds()
    {
        Assert.True(Fields.Count > 80, $"There are {Fields.Count} fields.");
        Assert.True(Blocks.Count > 30, $"There are {Blocks.Count} blocks.");
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_LeftOut_ChangesThePolicyOrWhatIsTold(string fixture, string path)
    {
        var (with, without) = (Parse(fixture), Parse(fixture));
        Remove(without, path);
        if (fixture is "Keda" && Array.Find(AreToldWhole, whole => path.StartsWith($"{whole}.", StringComparison.Ordinal)) is { } told)
            Assert.Contains(Convert(with).LeftOut(), place => place!.StartsWith(told, StringComparison.Ordinal));
        else
            Assert.NotEqual(Said(with), Said(without));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_WithAFieldThatNobodyKnows_TellsIt(string fixture, string path)
    {
        var document = Parse(fixture);
        ((YamlMappingNode)Find(document, path)!).Add("surprise", "1");
        Assert.Contains($"{path}.surprise", Convert(document).LeftOut());
    }

    [Fact]
    public void Annotation_ThatNobodyKnows_IsToldIfItConcernsAutoscalers()
    {
        const string Annotations = "{ autoscaling.keda.sh/force-activation: 'true', team: blue, kubectl.kubernetes.io/last-applied-configuration: '{}' }";
        var conversion = Converted.Of(Converted.Keda("triggers: [ { type: cpu, metadata: { value: '60' } } ]", Annotations));
        Assert.Equal(["metadata.annotations.autoscaling.keda.sh/force-activation"], conversion.LeftOut());
    }

    private static Conversion Convert(YamlNode document) => Conversion.Of([new("x.yaml", document)], new());

    /// <summary>The policies, and all that is told but for what is said of a field that is not known.</summary>
    private static string Said(YamlNode document)
    {
        var conversion = Convert(document);
        var told = conversion.Findings.Select(f => $"{f.Rule} {f.Setting} {f.Message}").Order(StringComparer.Ordinal);
        return $"{PolicyDocument.ToYaml(conversion.Policies)}{string.Join('\n', told)}";
    }

    private static YamlNode Parse(string fixture) => YamlDocuments.Read(fixture is "Hpa" ? Hpa : Keda, fixture)[0];

    private static IEnumerable<TheoryDataRow<string, string>> FieldsOf(string fixture, string yaml) =>
        Walk(YamlPath.At(YamlDocuments.Read(yaml, fixture)[0], "spec")!, "spec").Where(f => f.Path is not "spec" && !SayNothing.Contains(f.Path)).Select(f => new TheoryDataRow<string, string>(fixture, f.Path));

    // Labels are names of their users', and of a trigger that is left out nothing is read.
    private static IEnumerable<TheoryDataRow<string, string>> BlocksOf(string fixture, string yaml) =>
        Walk(YamlPath.At(YamlDocuments.Read(yaml, fixture)[0], "spec")!, "spec")
            .Where(f => f.Node is YamlMappingNode && !f.Path.EndsWith("matchLabels", StringComparison.Ordinal) && f.Path is not ("spec.triggers[3].metadata" or "spec.advanced.scalingModifiers"))
            .Select(f => new TheoryDataRow<string, string>(fixture, f.Path));

    private static IEnumerable<(string Path, YamlNode Node)> Walk(YamlNode node, string path)
    {
        yield return (path, node);
        var inner = node switch
        {
            YamlMappingNode block => block.Children.SelectMany(e => Walk(e.Value, $"{path}.{YamlPath.TextOf(e.Key)}")),
            YamlSequenceNode { Children: [YamlMappingNode, ..] } list => list.Children.SelectMany((item, i) => Walk(item, $"{path}[{i}]")),
            _ => [],
        };
        foreach (var one in inner) yield return one;
    }

    private static string[] Names(string path) => path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');

    private static YamlNode? Find(YamlNode document, string path) => YamlPath.At(document, Names(path));

    private static void Remove(YamlNode document, string path)
    {
        var names = Names(path);
        switch (YamlPath.At(document, names.AsSpan(0, names.Length - 1)))
        {
            case YamlMappingNode block:
                Assert.True(block.Children.Remove(new YamlScalarNode(names[^1])));
                break;
            case YamlSequenceNode list:
                list.Children.RemoveAt(int.Parse(names[^1], System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
