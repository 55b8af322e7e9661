using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Ports;

/// <summary>The folder that relative paths start from: the host's content root, or without a host the current directory.</summary>
internal static class ContentRoot
{
    public static string Of(IServiceProvider services) =>
        services.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory();

    /// <summary>The whole path of a file.</summary>
    public static string Resolve(IServiceProvider services, string path) => Path.Combine(Of(services), path);
}
