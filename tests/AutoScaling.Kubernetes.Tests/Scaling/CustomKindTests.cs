using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Scaling;

/// <summary>What is asked for a custom kind; on a stub, since not every API server survives one (see <see cref="CustomResourceTests"/>).</summary>
public sealed class CustomKindTests
{
    private const string Scale = "/apis/example.com/v1/namespaces/default/widgets/w/scale";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScaleAsync_CustomKind_ReadsItsNameOnceAndOnlyItsScale()
    {
        await using var stub = await StubServer.StartAsync();
        var replicas = 3;
        stub.Fault = async (context, request, _) =>
        {
            if (request == "GET /apis/example.com/v1")
                await context.Response.WriteAsync("""{"resources": [{"name": "widgets", "kind": "Widget"}, {"name": "widgets/scale", "kind": "Scale"}]}""", Cancellation);
            else if (context.Request.Path.Value == Scale)
                await context.Response.WriteAsync($$"""
                    {"metadata": {"name": "w", "namespace": "default", "uid": "u", "resourceVersion": "{{replicas}}"}, "spec": {"replicas": {{replicas}}},
                     "status": {"replicas": 2, "selector": "app=widget"} }
                    """, Cancellation);
            else return false;
            return true;
        };
        using var scaler = new KubernetesScaler(stub.Options(), TimeProvider.System);
        ScalingTarget target = "default/example.com/v1/widgets/w";

        var status = await scaler.GetReplicasAsync(target, Cancellation);
        Assert.Equal((3, 2), (status.Desired, status.Existing));
        replicas = 5;
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 3, 5, Cancellation));
        Assert.Equal(5, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);

        Assert.Equal(
            ["GET /apis/example.com/v1", "GET " + Scale, "PUT " + Scale, "GET " + Scale],
            stub.Requests.Where(r => r.Contains("example.com", StringComparison.Ordinal)));
    }
}
