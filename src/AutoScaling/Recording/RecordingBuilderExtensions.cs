using AutoScaling;
using AutoScaling.Ports;
using Microsoft.Extensions.Logging;

#pragma warning disable IDE0130 // Where users of dependency injection look for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps decisions and states in files.</summary>
public static class AutoScalingRecordingExtensions
{
    /// <summary>
    /// Keeps what is remembered of the targets in a file, so that a restart changes no decision and a crash leads to no second scaling.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, whose folder must exist; a relative path starts from the host's content root.</param>
    public static AutoScalingBuilder SaveStateTo(this AutoScalingBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        builder.Services.AddSingleton<IScalingStateStore>(
            services => new FileStateStore(ContentRoot.Resolve(services, path), services.GetService<ILogger<FileStateStore>>()));
        return builder;
    }

    /// <summary>Writes every evaluation to a file, one JSON line each, from which it can be decided again.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, to which lines are added; a relative path starts from the host's content root.</param>
    /// <param name="maxBytes">The size at which a file is full and a new one begins, in bytes; 100 MiB by default, at least 1.</param>
    /// <param name="keepFiles">How many full files are kept; 10 by default, at least 1. Older ones are deleted.</param>
    public static AutoScalingBuilder LogDecisionsTo(
        this AutoScalingBuilder builder,
        string path,
        long maxBytes = DecisionLog.DefaultMaxBytes,
        int keepFiles = DecisionLog.DefaultKeepFiles)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        builder.Services.AddSingleton<IScalingObserver>(services => new DecisionLog(
            ContentRoot.Resolve(services, path), services.GetServices<RuleType>(), maxBytes, keepFiles));
        return builder;
    }
}
