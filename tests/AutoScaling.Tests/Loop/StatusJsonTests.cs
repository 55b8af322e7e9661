using System.Text.Json;

namespace AutoScaling.Tests.Loop;

/// <summary>A status and its records go through the plain serializer and back, and nothing is lost.</summary>
public sealed class StatusJsonTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_ThroughThePlainSerializer_ReadsAsTheSame()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", p => p with { Shadows = [new() { Name = "calm", Policy = p }] }).AddPolicy("api")) { Cpu = 90 };
        await system.AutoScaler.TickAsync(Stop);
        await system.AutoScaler.ScaleAsync("api", 8, cancellationToken: Stop);
        var status = system.AutoScaler.GetStatus();
        var json = JsonSerializer.Serialize(status);
        var read = JsonSerializer.Deserialize<AutoScalerStatus>(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Contains("\"Applied\"", json, StringComparison.Ordinal);
        Assert.Contains(status.Targets[1].LastDecision!.Explain(), read.Targets[1].LastDecision!.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_ThroughThePlainSerializer_ReadsAsTheSame()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", p => p with { Shadows = [new() { Name = "calm", Policy = p }] })) { Cpu = 90 };
        var record = await system.AutoScaler.EvaluateAsync("web", Stop);
        var json = JsonSerializer.Serialize(record);
        var read = JsonSerializer.Deserialize<ScalingRecord>(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal(record, read);
    }

    [Fact]
    public async Task Resolver_WithoutLookingAtTypes_WritesAndReadsWhatThePlainSerializerDoes()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", p => p with { Shadows = [new() { Name = "calm", Policy = p }] })) { Cpu = 90 };
        var record = await system.AutoScaler.EvaluateAsync("web", Stop);
        var options = new JsonSerializerOptions { TypeInfoResolver = AutoScalingJson.TypeInfoResolver };

        var json = JsonSerializer.Serialize(record, options);

        Assert.Equal(JsonSerializer.Serialize(record), json);
        Assert.Equal(record, JsonSerializer.Deserialize<ScalingRecord>(json, options));
        Assert.Equal(JsonSerializer.Serialize(system.AutoScaler.GetStatus()), JsonSerializer.Serialize(system.AutoScaler.GetStatus(), options));
    }
}
