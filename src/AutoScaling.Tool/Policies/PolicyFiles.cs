using System.Collections.Immutable;
using System.CommandLine;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Policies;

/// <summary>The policies that a user names: documents, resources of Kubernetes with policies in them, folders of both.</summary>
internal static class PolicyFiles
{
    /// <summary>What is read instead of a file of this name.</summary>
    private const string StandardInput = "-";

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Creates the option for the files.</summary>
    /// <param name="byDefault">The file beside the program that is read if none is named; <see langword="null"/> for none.</param>
    public static Option<string[]> Files(string? byDefault) => new("--policy")
    {
        Description = "The policies, as JSON or YAML: a policy document, a ConfigMap or ScalingPolicy of Kubernetes, "
            + $"a folder of them, or - for the standard input; can be given several times{CommandDefaults.Said(byDefault)}",
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
    /// <param name="byDefault">The file beside the program that is read if none is named; <see langword="null"/> for none.</param>
    /// <param name="service">The only service that is meant; <see langword="null"/> for all.</param>
    /// <exception cref="CommandException">A file cannot be read, or there is no policy for the service.</exception>
    public static ImmutableArray<PolicyOfFile> Read(string[]? paths, string? byDefault, string? service) =>
        Of(Paths(paths, byDefault).SelectMany(Load), service);

    /// <summary>The files that are meant; a folder stands for what it holds.</summary>
    /// <exception cref="CommandException">None is named and there is no default, or a folder holds none.</exception>
    public static IEnumerable<string> Paths(string[]? paths, string? byDefault)
    {
        if (paths is { Length: > 0 }) return paths.Distinct(StringComparer.Ordinal).SelectMany(FilesOf);
        return byDefault is null
            ? throw new CommandException("There is no policy to look at: name a file with --policy FILE.")
            : [Path.Combine(AppContext.BaseDirectory, byDefault)];
    }

    /// <summary>The policies of a service; all if none is named.</summary>
    /// <exception cref="CommandException">There is no policy for the service.</exception>
    public static ImmutableArray<PolicyOfFile> Of(IEnumerable<PolicyOfFile> policies, string? service)
    {
        ImmutableArray<PolicyOfFile> all = [.. policies];
        if (service is null) return all;
        ImmutableArray<PolicyOfFile> chosen = [.. all.Where(p => string.Equals(p.Policy.Target.Name, service, StringComparison.Ordinal))];
        if (!chosen.IsEmpty) return chosen;
        var others = string.Join(", ", all.Select(p => $"'{p.Policy.Target}'").Distinct(StringComparer.Ordinal));
        throw new CommandException($"There is no policy of '{service}': the policies are of {others}.");
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="CommandException">It cannot be read, or holds no policy.</exception>
    public static IEnumerable<PolicyOfFile> Load(string path)
    {
        if (path is StandardInput) return Parsed("standard input", Console.In.ReadToEnd());

        // What the library cannot read at all, it says itself, in its words.
        if (!Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || !File.Exists(path))
            return OfDocument(path, null);
        var documents = YamlDocuments.Read(Input.Files.Read(path, "Policy file", File.ReadAllText));
        return documents?.Any(Manifests.IsResource) is true ? OfResources(path, documents.Value) : OfDocument(path, documents);
    }

    /// <summary>Candidates for backtests; policies of one service in several files are told apart by the files.</summary>
    public static IEnumerable<Candidate> Candidates(ImmutableArray<PolicyOfFile> policies)
    {
        var baselines = Candidate.Baselines.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, policy, _) in policies)
        {
            string[] files = [.. policies.Where(p => p.Policy.Target == policy.Target).Select(p => p.File)];
            var isAlone = files.Length == 1 && !baselines.Contains(policy.Target.Name);
            var isShort = files.Select(Path.GetFileNameWithoutExtension).Distinct(StringComparer.Ordinal).Count() == files.Length;
            var name = isShort ? Path.GetFileNameWithoutExtension(file) : file;
            yield return Candidate.Of(policy, isAlone ? null : $"{policy.Target} ({name})");
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path)) return [path];
        string[] files =
        [
            .. Directory.EnumerateFiles(path)
                .Where(f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase) && HoldsPolicies(f))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0 ? files : throw new CommandException($"Policy folder '{path}' holds no file with policies.");
    }

    // A folder of manifests holds other things, too. A file that is no YAML may have been meant, so it is told.
    private static bool HoldsPolicies(string path) =>
        YamlDocuments.Read(Input.Files.Read(path, "Policy file", File.ReadAllText)) is not { } documents
        || documents.Any(d => Manifests.IsResource(d) ? Manifests.MayHold(d) : YamlPath.At(d, "policies") is not null);

    private static IEnumerable<PolicyOfFile> Parsed(string name, string text)
    {
        var documents = YamlDocuments.Read(text);
        if (documents?.Any(Manifests.IsResource) is true) return OfResources(name, documents.Value);
        return PolicyDocuments.Read(name, $"The {name}", () => PolicyDocument.ParseYaml(text))
            .Select(p => new PolicyOfFile(name, p, YamlPath.PolicyOf(documents?.FirstOrDefault(), p.Target.Name)));
    }

    private static IEnumerable<PolicyOfFile> OfDocument(string path, ImmutableArray<YamlNode>? documents) =>
        PolicyDocuments.Load(path).Select(p => new PolicyOfFile(path, p, YamlPath.PolicyOf(documents?.FirstOrDefault(), p.Target.Name)));

    private static ImmutableArray<PolicyOfFile> OfResources(string path, IEnumerable<YamlNode> documents)
    {
        var policies = Manifests.Read(path, documents);
        return policies.IsEmpty
            ? throw new CommandException(
                $"Policy file '{path}': There is no policy in it: it has no ConfigMap with a policy document, and no ScalingPolicy.")
            : policies;
    }
}
