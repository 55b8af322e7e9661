using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Targets;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>What a ScalingPolicy says of its targets: one by its name, or those in its namespace that have some labels.</summary>
/// <param name="ApiVersion">The group and version of their kind.</param>
/// <param name="Kind">Their kind: <c>Deployment</c>.</param>
/// <param name="Name">The name; <see langword="null"/> with a selector.</param>
/// <param name="Selector">The selector as addresses write it; <see langword="null"/> with a name.</param>
internal sealed record TargetClause(string ApiVersion, string Kind, string? Name, string? Selector)
{
    public const string RefKey = "targetRef";
    public const string SelectorKey = "targetSelector";

    private static readonly ApiResource[] BuiltIn =
        [ScalableKinds.Deployments, ScalableKinds.StatefulSets, ScalableKinds.ReplicaSets, ScalableKinds.ReplicationControllers];

    /// <summary>The built-in kind that is meant; <see langword="null"/> if it is a custom one.</summary>
    public ApiResource? Known => BuiltIn.FirstOrDefault(kind => Is(kind.Kind!, Kind) && Is(kind.ApiVersion, ApiVersion));

    /// <summary>Takes the clause out of a spec, whose other settings are those of the policy.</summary>
    /// <exception cref="ScalingException">It is not there, or cannot be read.</exception>
    public static TargetClause Take(JsonObject spec)
    {
        var (hasRef, hasSelector) = (spec.Remove(RefKey, out var target), spec.Remove(SelectorKey, out var selector));
        if (hasRef == hasSelector)
        {
            throw Wrong($"Exactly one of TargetRef and TargetSelector is required for a ScalingPolicy, but "
                + (hasRef ? "both are set." : "none is set."));
        }

        if ((target ?? selector) is not JsonObject block) throw Wrong("TargetRef and TargetSelector must be blocks of settings.");
        var kind = Text(block, "kind") ?? throw Wrong("Kind is required for a target.");
        var version = Text(block, "apiVersion") ?? BuiltIn.FirstOrDefault(known => Is(known.Kind!, kind))?.ApiVersion
            ?? throw Wrong($"ApiVersion is required for a target of a kind of your own, such as '{kind}'.");
        return hasRef
            ? new(version, kind, Text(block, "name") ?? throw Wrong("Name is required for TargetRef."), null)
            : new(version, kind, null, Labels(block));
    }

    /// <summary>What it is called in the column of targets.</summary>
    /// <param name="count">How many targets a selector has found.</param>
    public string Short(int count) => Name is not null ? $"{Kind}/{Name}" : count == 1 ? $"1 {Kind}" : $"{Phrase.Exact(count)} {Kind}s";

    private static string Labels(JsonObject block)
    {
        var parts = new List<string>();
        if (block["matchLabels"] is JsonObject labels)
            parts.AddRange(labels.Select(label => $"{label.Key}={label.Value?.GetValue<string>()}"));
        if (block["matchExpressions"] is JsonArray expressions) parts.AddRange(expressions.OfType<JsonObject>().Select(Expression));
        if (parts.Count == 0) throw Wrong("TargetSelector must have matchLabels or matchExpressions, as it would select everything.");
        return string.Join(',', parts);
    }

    private static string Expression(JsonObject expression)
    {
        var key = Text(expression, "key") ?? throw Wrong("Key is required for each of MatchExpressions.");
        var values = string.Join(',', (expression["values"] as JsonArray ?? []).Select(value => value?.GetValue<string>()));
        return Text(expression, "operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => key,
            "DoesNotExist" => $"!{key}",
            var other => throw Bounds.Broken("Operator of MatchExpressions", "In, NotIn, Exists or DoesNotExist", other),
        };
    }

    private static string? Text(JsonObject block, string key) =>
        block[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text
            ? text
            : null;

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static ScalingException Wrong(string sentence) => new(ScalingErrorKind.InvalidConfiguration, sentence);
}
