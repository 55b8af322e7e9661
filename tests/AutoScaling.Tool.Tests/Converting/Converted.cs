using System.Collections.Immutable;
using AutoScaling.Tool.Converting;
using AutoScaling.Tool.Findings;
using AutoScaling.Tool.Import;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Tests.Converting;

/// <summary>Resources, converted in this process.</summary>
internal static class Converted
{
    /// <summary>Converts the resources of a text.</summary>
    public static Conversion Of(string yaml, bool exact = false, string? space = null) =>
        Conversion.Of(YamlDocuments.Read(yaml, "x.yaml").Select(n => new SourceNode("x.yaml", n)), new() { IsExact = exact, Namespace = space });

    /// <summary>The policy of one resource, of which all can be mapped; it is read back from its document as it is.</summary>
    public static ScalingPolicy Policy(string yaml, bool exact = false)
    {
        var conversion = Of(yaml, exact);
        Assert.DoesNotContain(conversion.Findings, f => f.Level > FindingLevel.Note);
        var policy = Assert.Single(conversion.Policies);
        Assert.Equal(policy, Assert.Single(PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))));
        return policy;
    }

    /// <summary>What of a conversion is told of one rule, as place and message; what differs in all policies alike is left aside.</summary>
    public static ImmutableArray<(string? Place, string Message)> Told(this Conversion conversion, string rule) =>
        [.. conversion.Findings.Where(f => f.Rule == rule && f.Service is not null).Select(f => (f.Setting, f.Message))];

    /// <summary>The places of what is left out.</summary>
    public static ImmutableArray<string?> LeftOut(this Conversion conversion) => [.. conversion.Told(ImportRules.Unmapped).Select(f => f.Place)];

    /// <summary>An HPA with these lines in its spec.</summary>
    public static string Hpa(string spec, string version = "autoscaling/v2") => $$"""
        apiVersion: {{version}}
        kind: HorizontalPodAutoscaler
        metadata: { name: web, namespace: shop }
        spec:
          scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
          maxReplicas: 9
          {{spec.ReplaceLineEndings("\n  ")}}
        """;

    /// <summary>A ScaledObject with these lines in its spec.</summary>
    public static string Keda(string spec, string annotations = "{}") => $$"""
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: { name: work, namespace: shop, annotations: {{annotations}} }
        spec:
          scaleTargetRef: { name: work }
          {{spec.ReplaceLineEndings("\n  ")}}
        """;
}
