using System.Collections.Immutable;
using AutoScaling.Tool.Findings;
using AutoScaling.Tool.Import;
using AutoScaling.Tool.Import.Hpa;
using AutoScaling.Tool.Import.Keda;
using AutoScaling.Tool.Policies;

namespace AutoScaling.Tool.Converting;

/// <summary>Autoscalers of others as policies, and what is to be told of them.</summary>
/// <param name="Policies">The policies, in the order of the resources.</param>
/// <param name="Findings">What differs, is to be done, is left out or cannot be read.</param>
/// <param name="Resources">How many resources there were that scale something.</param>
internal sealed record Conversion(ImmutableArray<ScalingPolicy> Policies, ImmutableArray<Finding> Findings, int Resources)
{
    private const string ScaledObject = "ScaledObject";

    /// <summary>Converts resources; what scales nothing is left alone.</summary>
    public static Conversion Of(IEnumerable<SourceNode> nodes, ImportOptions options)
    {
        ImmutableArray<ImportResource> resources =
        [
            .. from node in nodes
               from one in Manifests.Flattened(node.Node)
               where Manifests.IsResource(one)
               select new ImportResource(node.File, one, options),
        ];
        var (metrics, servers) = (new ClusterMetrics(), new PrometheusServers());
        var policies = new Dictionary<ScalingTarget, (ScalingPolicy Policy, string Resource)>();
        var (findings, count) = (new List<Finding>(), 0);
        foreach (var resource in resources)
        {
            var read = Reader(resource, resources, metrics, servers);
            if (read is null) continue;
            count++;
            if (Try(resource, read) is { } policy && !policies.TryAdd(policy.Target, (policy, resource.Report.Resource)))
            {
                resource.Report.Unmapped(
                    "spec.scaleTargetRef", resource.Spec.Line,
                    $"is '{policy.Target}', of which there is a policy already, by {policies[policy.Target].Resource}: it is left out");
            }

            findings.AddRange(resource.Report.Findings);
        }

        if (!options.IsExact && policies.Count > 0) findings.Add(Guards(resources[0].File));
        return new([.. policies.Values.Select(p => p.Policy)], [.. findings], count);
    }

    /// <summary>What differs in all policies alike.</summary>
    private static Finding Guards(string file) => new()
    {
        File = file,
        Line = 1,
        Setting = "behavior.safetyGuards",
        Rule = ImportRules.Differs,
        Level = FindingLevel.Note,
        Message = "are on in all policies, and off in the HPA: a metric that cannot be read or trusted removes no replica, and above its "
            + "target a rule never leads to fewer. With --exact they are off.",
    };

    /// <summary>What makes a policy of a resource, or tells why there is none; <see langword="null"/> for what scales nothing.</summary>
    private static Func<ScalingPolicy?>? Reader(
        ImportResource resource, ImmutableArray<ImportResource> all, ClusterMetrics metrics, PrometheusServers servers)
    {
        var (report, line) = (resource.Report, resource.Line);
        return resource.Kind switch
        {
            "HorizontalPodAutoscaler" when Owner(resource) is { } owner => () => OfKeda(resource, owner, all),
            "HorizontalPodAutoscaler" => () => HpaImport.Read(resource, metrics),
            ScaledObject => () => KedaImport.Read(resource, servers),
            "ScaledJob" => () => None(
                resource, () => report.Unmapped("", line, "makes jobs, and scales no replicas: there is nothing like it")),
            "TriggerAuthentication" or "ClusterTriggerAuthentication" => () => None(
                resource,
                () => report.ToDo(
                    "", line, "holds credentials, which belong to the source of the metric, as files or variables of the host")),
            _ => null,
        };
    }

    private static ScalingPolicy? Try(ImportResource resource, Func<ScalingPolicy?> read)
    {
        try
        {
            var policy = read();
            resource.TellRest();

            // What settings of a whole policy say of each other is known to who reads it.
            return policy is null || resource.Report.IsInvalid ? null : PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))[0];
        }
        catch (ScalingException e)
        {
            foreach (var error in e.Errors) resource.Report.Invalid("spec", resource.Spec.Line, $"makes no policy: {error}");
            return null;
        }
    }

    /// <summary>No policy, whatever the resource says: the reason is told, and nothing else of it.</summary>
    private static ScalingPolicy? None(ImportResource resource, Action tell)
    {
        tell();
        resource.Spec.Pass([.. resource.Spec.Names]);
        return null;
    }

    /// <summary>The ScaledObject that has made this HPA.</summary>
    private static string? Owner(ImportResource resource) => resource.Metadata.List("ownerReferences")
        .Where(o => o.Text("kind") is ScaledObject).Select(o => o.Text("name")).FirstOrDefault();

    private static ScalingPolicy? OfKeda(ImportResource resource, string owner, ImmutableArray<ImportResource> all) => None(resource, () =>
    {
        var its = (ScaledObject, owner, resource.Namespace);
        if (all.Any(r => (r.Kind, r.Name, r.Namespace).Equals(its))) return;
        resource.Report.Unmapped(
            "metadata.ownerReferences", resource.Line, $"name the ScaledObject '{owner}', of which KEDA makes this: convert that");
    });
}

/// <summary>A document, and the file that it stands in.</summary>
internal sealed record SourceNode(string File, YamlDotNet.RepresentationModel.YamlNode Node);
