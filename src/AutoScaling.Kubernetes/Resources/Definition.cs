using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>Makes the CustomResourceDefinition of ScalingPolicies.</summary>
internal static class Definition
{
    private const string Text = "string";

    /// <summary>The definition, with the settings of the library's rules and some more.</summary>
    public static JsonObject Of(IEnumerable<RuleType>? ruleTypes)
    {
        var resource = PolicyResource.Resource;
        var version = new JsonObject
        {
            ["name"] = resource.Version,
            ["served"] = true,
            ["storage"] = true,
            ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
            ["additionalPrinterColumns"] = Columns(),
            ["schema"] = new JsonObject
            {
                ["openAPIV3Schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "A ScalingPolicy scales one target, or those that a selector finds, in its namespace.",
                    ["required"] = new JsonArray("spec"),
                    ["properties"] = new JsonObject { ["spec"] = Spec(ruleTypes), ["status"] = Status() },
                },
            },
        };
        return new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{resource.Plural}.{resource.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = resource.Group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject
                {
                    ["kind"] = resource.Kind,
                    ["listKind"] = $"{resource.Kind}List",
                    ["plural"] = resource.Plural,
                    ["singular"] = resource.Kind!.ToLowerInvariant(),
                    ["shortNames"] = new JsonArray("scp"),
                    ["categories"] = new JsonArray("all"),
                },
                ["versions"] = new JsonArray(version),
            },
        };
    }

    private static JsonArray Columns() =>
    [
        Column("TARGET", Text, ".status.target"),
        Column("MIN", "integer", ".status.min"),
        Column("MAX", "integer", ".status.max"),
        Column("DESIRED", "integer", ".status.desired"),
        Column("READY", "integer", ".status.ready"),
        Column("READINGS", Text, ".status.readings"),
        Column("DECISION", Text, ".status.decision"),
        Column("AGE", "date", ".metadata.creationTimestamp"),
        Column("ACTIVE", Text, ".status.conditions[?(@.type==\"Active\")].reason", priority: 1),
        Column("HELD BACK BY", Text, ".status.heldBack.by", priority: 1),
    ];

    private static JsonObject Column(string name, string type, string path, int priority = 0)
    {
        var column = new JsonObject { ["name"] = name, ["type"] = type, ["jsonPath"] = path };
        if (priority > 0) column["priority"] = priority;
        return column;
    }

    private static JsonObject Spec(IEnumerable<RuleType>? ruleTypes)
    {
        var spec = JsonNode.Parse(PolicyDocument.StructuralSchema(ruleTypes))!.AsObject();
        spec["description"] = "What is scaled, and the settings of the policy, named as in policy documents.";
        var settings = spec["properties"]!.AsObject();
        var properties = new JsonObject
        {
            [TargetClause.RefKey] = Block("One target in the namespace; or targetSelector.", ["kind", "name"], new()
            {
                ["apiVersion"] = Leaf("Group and version of its kind; known for the built-in kinds."),
                ["kind"] = Leaf("Its kind: Deployment, StatefulSet, ReplicaSet, ReplicationController, or one of yours with a scale.", 1),
                ["name"] = Leaf("Its name.", 1),
            }),
            [TargetClause.SelectorKey] = Block("All targets in the namespace that have some labels; or targetRef.", ["kind"], new()
            {
                ["apiVersion"] = Leaf("Group and version of their kind; known for the built-in kinds."),
                ["kind"] = Leaf("Their kind.", 1),
                ["matchLabels"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "The labels that they have.",
                    ["additionalProperties"] = new JsonObject { ["type"] = Text },
                },
                ["matchExpressions"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "What else is so of their labels.",
                    ["items"] = Block("One condition.", ["key", "operator"], new()
                    {
                        ["key"] = Leaf("The label.", 1),
                        ["operator"] = new JsonObject
                        {
                            ["type"] = Text,
                            ["description"] = "How the label is looked at.",
                            ["enum"] = new JsonArray("In", "NotIn", "Exists", "DoesNotExist"),
                        },
                        ["values"] = new JsonObject
                        {
                            ["type"] = "array",
                            ["description"] = "Its values, for In and NotIn.",
                            ["items"] = new JsonObject { ["type"] = Text },
                        },
                    }),
                },
            }),
        };
        foreach (var (key, schema) in settings) properties.Add(key, schema?.DeepClone());
        spec["properties"] = properties;
        return spec;
    }

    private static JsonObject Status() => Block("How the targets stand; written by the autoscaler.", [], new()
    {
        ["observedGeneration"] = Number("The generation of the spec that this is about.", "int64"),
        ["target"] = Leaf("What is scaled."),
        ["min"] = Number("The least replicas that held at the last evaluation."),
        ["max"] = Number("The most replicas that held at the last evaluation."),
        ["desired"] = Number("The replicas that are wanted; of several targets the sum."),
        ["ready"] = Number("The replicas that are ready; of several targets the sum."),
        ["readings"] = Leaf("Each metric with its value and its target."),
        ["decision"] = Leaf("The last decision."),
        ["explanation"] = Leaf("Why it was decided so, and what would change it."),
        ["heldBack"] = Block("What had the last word on the count, where it is another one than the rules ask for.", [], new()
        {
            ["by"] = Leaf("The guard: cooldown, stabilization, rate limit, range ..."),
            ["from"] = Number("The count that was asked for."),
            ["to"] = Number("The count that it lets through."),
            ["until"] = Time("Until when, if nothing else happens."),
        }),
        ["lastScaleTime"] = Time("When the number of replicas was changed last."),
        ["override"] = Leaf("What a person says before all rules."),
        ["warning"] = Leaf("What somebody should look at."),
        ["targets"] = List("Each target, where there are several; the first 50.", Block("One target.", ["name"], new()
        {
            ["name"] = Leaf("Its name."),
            ["desired"] = Number("The replicas that are wanted."),
            ["ready"] = Number("The replicas that are ready."),
            ["decision"] = Leaf("The last decision."),
            ["explanation"] = Leaf("Why it was decided so."),
        })),
        ["conditions"] = List("What is so, and since when.", Block("One thing that is so or not.", ["type", "status"], new()
        {
            ["type"] = Leaf("Active, MetricsAvailable, ScalingLimited, Paused or Conflicting."),
            ["status"] = Leaf("True, False or Unknown."),
            ["reason"] = Leaf("Why, in one word."),
            ["message"] = Leaf("Why, in a sentence."),
            ["lastTransitionTime"] = Time("Since when it has been so."),
            ["observedGeneration"] = Number("The generation of the spec that this is about.", "int64"),
        })),
    });

    private static JsonObject Block(string doc, string[] required, JsonObject properties)
    {
        var block = new JsonObject
        {
            ["type"] = "object",
            ["description"] = doc,
            ["properties"] = properties,
        };
        if (required.Length > 0) block["required"] = new JsonArray([.. required.Select(key => (JsonNode)key)]);
        return block;
    }

    private static JsonObject List(string doc, JsonObject items) => new() { ["type"] = "array", ["description"] = doc, ["items"] = items };

    private static JsonObject Leaf(string doc, int minLength = 0)
    {
        var leaf = new JsonObject { ["type"] = Text, ["description"] = doc };
        if (minLength > 0) leaf["minLength"] = minLength;
        return leaf;
    }

    private static JsonObject Time(string doc) => new() { ["type"] = Text, ["format"] = "date-time", ["description"] = doc };

    private static JsonObject Number(string doc, string format = "int32") =>
        new() { ["type"] = "integer", ["format"] = format, ["description"] = doc };
}
