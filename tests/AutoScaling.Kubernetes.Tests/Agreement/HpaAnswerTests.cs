using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>Statuses as a server writes them that knows autoscaling/v2, which the one of the tests need not.</summary>
public sealed class HpaAnswerTests
{
    [Theory]
    [InlineData("""{"currentMetrics": null, "desiredReplicas": 0}""", null, null)]
    [InlineData("""{"currentReplicas": 4, "desiredReplicas": 6, "lastScaleTime": "2026-01-01T12:00:00Z", "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 75, "averageValue": "75m"}}}], "conditions": [{"type": "AbleToScale", "status": "True", "reason": "SucceededRescale", "message": "the HPA controller was able to update the target scale to 6", "lastTransitionTime": "2026-01-01T12:00:00Z"}, {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message": "", "lastTransitionTime": "2026-01-01T12:00:00Z"}]}""", 4, 6)]
    [InlineData("""{"desiredReplicas": 0, "currentMetrics": null, "conditions": [{"type": "AbleToScale", "status": "True", "reason": "SucceededGetScale"}, {"type": "ScalingActive", "status": "False", "reason": "ScalingDisabled", "message": "scaling is disabled since the replica count of the target is zero"}]}""", 0, null)]
    [InlineData("""{"currentReplicas": 3, "desiredReplicas": 0, "currentMetrics": null, "conditions": [{"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}]}""", 3, null)]
    public void Of_StatusOfV2_IsRead(string status, int? current, int? wanted)
    {
        var answer = HpaAnswer.Of(JsonNode.Parse($$"""{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "status": {{status}}}""")!);
        Assert.Equal(current is null ? null : new HpaAnswer(current.Value, wanted), answer);
    }
}
