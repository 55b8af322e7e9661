using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Resources;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>What a ScalingPolicy says of its targets.</summary>
public sealed class TargetClauseTests
{
    [Theory]
    [InlineData("""{ "kind": "Deployment", "name": "web" }""", "shop/web", "Deployment/web")]
    [InlineData("""{ "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db" }""", "shop/statefulsets/db", "StatefulSet/db")]
    [InlineData("""{ "kind": "ReplicaSet", "name": "r" }""", "shop/replicasets/r", "ReplicaSet/r")]
    [InlineData("""{ "kind": "ReplicationController", "name": "c" }""", "shop/replicationcontrollers/c", "ReplicationController/c")]
    public void Take_ATargetRef_NamesTheTargetAsOthersDo(string target, string name, string column)
    {
        var spec = Json($$"""{ "targetRef": {{target}}, "min": 2 }""");
        var clause = TargetClause.Take(spec);
        Assert.Equal("""{"min":2}""", spec.ToJsonString());
        Assert.Equal(name, new KubernetesTarget("shop", clause.Known!, clause.Name!).FullName);
        Assert.Equal(KubernetesTarget.Parse(name, "default"), new KubernetesTarget("shop", clause.Known!, clause.Name!));
        Assert.Equal(column, clause.Short(1));
    }

    [Fact]
    public void Take_ACustomKind_IsLookedUp()
    {
        var clause = TargetClause.Take(Json("""{ "targetRef": { "apiVersion": "example.com/v1", "kind": "Widget", "name": "w" } }"""));
        Assert.Null(clause.Known);
        Assert.Equal("shop/example.com/v1/widgets/w", new KubernetesTarget("shop", new("example.com", "v1", "widgets"), "w").FullName);
    }

    [Theory]
    [InlineData("""{ "matchLabels": { "app": "web", "tier": "a" } }""", "app=web,tier=a")]
    [InlineData("""{ "matchExpressions": [ { "key": "app", "operator": "In", "values": ["a", "b"] }, { "key": "x", "operator": "DoesNotExist" } ] }""", "app in (a,b),!x")]
    [InlineData("""{ "matchLabels": { "app": "web" }, "matchExpressions": [ { "key": "x", "operator": "Exists" }, { "key": "y", "operator": "NotIn", "values": ["1"] } ] }""", "app=web,x,y notin (1)")]
    public void Take_ASelector_IsThatOfAddresses(string selector, string text)
    {
        var block = Json(selector);
        block["kind"] = "Deployment";
        var clause = TargetClause.Take(new() { ["targetSelector"] = block });
        Assert.Equal((null, text), (clause.Name, clause.Selector));
        Assert.Equal(("1 Deployment", "3 Deployments"), (clause.Short(1), clause.Short(3)));
        Assert.NotNull(LabelSelector.Parse(clause.Selector));
    }

    [Theory]
    [InlineData("""{ }""", "Exactly one of TargetRef and TargetSelector is required for a ScalingPolicy, but none is set.")]
    [InlineData("""{ "targetRef": {}, "targetSelector": {} }""", "Exactly one of TargetRef and TargetSelector is required for a ScalingPolicy, but both are set.")]
    [InlineData("""{ "targetRef": "web" }""", "TargetRef and TargetSelector must be blocks of settings.")]
    [InlineData("""{ "targetRef": { "name": "web" } }""", "Kind is required for a target.")]
    [InlineData("""{ "targetRef": { "kind": "Deployment" } }""", "Name is required for TargetRef.")]
    [InlineData("""{ "targetRef": { "kind": "Widget", "name": "w" } }""", "ApiVersion is required for a target of a kind of your own, such as 'Widget'.")]
    [InlineData("""{ "targetSelector": { "kind": "Deployment" } }""", "TargetSelector must have matchLabels or matchExpressions, as it would select everything.")]
    [InlineData("""{ "targetSelector": { "kind": "Deployment", "matchExpressions": [ { "key": "a", "operator": "Like" } ] } }""", "Operator of MatchExpressions must be In, NotIn, Exists or DoesNotExist, but is 'Like'.")]
    public void Take_WhatIsWrong_SaysWhat(string spec, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ScalingException>(() => TargetClause.Take(Json(spec))).Message);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
