using System.Collections.Immutable;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Resources;

namespace AutoScaling.Kubernetes;

/// <summary>The custom resource ScalingPolicy: a policy that the cluster holds.</summary>
public static class ScalingPolicyResource
{
    /// <summary>
    /// The CustomResourceDefinition as YAML, made from the table of settings: <c>kubectl apply</c> then refuses what one field can show,
    /// and the reader what several show together.
    /// </summary>
    /// <param name="ruleTypes">The types of your own rules that policies may use.</param>
    public static string Definition(IEnumerable<RuleType>? ruleTypes = null) => YamlLines.Write(Resources.Definition.Of(ruleTypes));

    /// <summary>How the targets of all ScalingPolicies stand, as the autoscaler has written it there; a line for each target.</summary>
    /// <param name="options">Which cluster; the namespace, or with <see cref="KubernetesOptions.AllNamespaces"/> all of them.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ScalingException">
    /// The options break a rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or the API server has no good answer
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public static async Task<ImmutableArray<ScalingPolicyLine>> ReadAsync(
        KubernetesOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var api = new ApiClient(options, time ?? TimeProvider.System);
        var call = new ApiCall("list", PolicyResource.Resource, options.AllNamespaces ? null : api.DefaultNamespace);
        var list = await api.ListAsync(call, ResourcesJson.Default.ApiListPolicyResourcePolicyResource, null, cancellationToken)
            .ConfigureAwait(false);
        return [.. list.Items.SelectMany(StatusLines.Of).OrderBy(line => line.Target, StringComparer.Ordinal)];
    }
}
