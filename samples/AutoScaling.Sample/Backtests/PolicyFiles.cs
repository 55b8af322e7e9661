using System.Collections.Immutable;
using System.CommandLine;
using AutoScaling.Sample.Run;
using AutoScaling.Simulation;

namespace AutoScaling.Sample.Backtests;

/// <summary>The policies that a user names, each called after its service.</summary>
internal static class PolicyFiles
{
    /// <summary>Creates the option for the files.</summary>
    /// <param name="byDefault">The file beside the program that is read if none is named.</param>
    public static Option<string[]> Files(string byDefault) => new("--policy")
    {
        Description = $"The policies, as JSON or YAML; can be given several times [default: the {byDefault} beside the program]",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Creates the option for the service.</summary>
    /// <param name="description">What it is for.</param>
    public static Option<string?> Service(string description) => new("--service")
    {
        Description = description,
        HelpName = "NAME",
    };

    /// <summary>Reads the policies.</summary>
    /// <param name="paths">The files; none for the default.</param>
    /// <param name="byDefault">The file beside the program that is read if none is named.</param>
    /// <param name="service">The only service that is meant; <see langword="null"/> for all.</param>
    /// <exception cref="SampleException">A file cannot be read, or there is no policy for the service.</exception>
    public static ImmutableArray<(string File, ScalingPolicy Policy)> Read(string[]? paths, string byDefault, string? service)
    {
        if (paths is not { Length: > 0 }) paths = [Path.Combine(AppContext.BaseDirectory, byDefault)];
        ImmutableArray<(string File, ScalingPolicy Policy)> all = [.. paths.Distinct(StringComparer.Ordinal).SelectMany(path => PolicyFile.Load(path).Select(p => (path, p)))];
        if (service is null) return all;
        ImmutableArray<(string, ScalingPolicy)> chosen = [.. all.Where(p => p.Policy.Target.Name == service)];
        return chosen.IsEmpty
            ? throw new SampleException($"There is no policy of '{service}': the policies are of {string.Join(", ", all.Select(p => $"'{p.Policy.Target}'").Distinct())}.")
            : chosen;
    }

    /// <summary>Candidates for backtests; policies of one service in several files are told apart by the files.</summary>
    public static IEnumerable<Candidate> Candidates(ImmutableArray<(string File, ScalingPolicy Policy)> policies)
    {
        var baselines = Candidate.Baselines.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, policy) in policies)
        {
            string[] files = [.. policies.Where(p => p.Policy.Target == policy.Target).Select(p => p.File)];
            var isAlone = files.Length == 1 && !baselines.Contains(policy.Target.Name);
            var isShort = files.Select(Path.GetFileNameWithoutExtension).Distinct(StringComparer.Ordinal).Count() == files.Length;
            yield return Candidate.Of(policy, isAlone ? null : $"{policy.Target} ({(isShort ? Path.GetFileNameWithoutExtension(file) : file)})");
        }
    }
}
