#pragma warning disable IDE1006, CA1708 // Named as the pages name them.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Docs.Tests;

/// <summary>What the pages take as given: a snippet that declares one of them itself means its own.</summary>
public static class Given
{
    public static HostApplicationBuilder builder { get; } = Host.CreateEmptyApplicationBuilder(new());

    public static IHost host => builder.Build();

    public static AutoScalingBuilder scaling => throw new InvalidOperationException("Only compiled.");

    public static IConfiguration section => builder.Configuration;

    public static IAutoScaler autoScaler => throw new InvalidOperationException("Only compiled.");

    public static ScalingPolicy policy => new() { Target = "web" };

    public static DateTimeOffset now => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
}
