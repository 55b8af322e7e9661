using AutoScaling.Primitives;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>
/// Reads kubeconfig files together as kubectl does: of each context, cluster, user and current context the first file that has it wins, and
/// missing files are passed over.
/// </summary>
/// <remarks>
/// Source: "Organizing Cluster Access Using kubeconfig Files" in the Kubernetes documentation. The client's own reading of several files is
/// not used: it is not public, wants all of them to be there, looks for the certificates of all of them beside the first one, and takes
/// names that differ in case for the same.
/// </remarks>
internal static class KubeConfigFiles
{
    /// <summary>The files that kubectl would read: those of <c>KUBECONFIG</c>, otherwise <c>~/.kube/config</c> if it is there.</summary>
    public static IReadOnlyList<string> Found()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } files)
            return files.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var usual = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        return File.Exists(usual) ? [usual] : [];
    }

    /// <exception cref="ScalingException">They cannot be used (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static KubernetesClientConfiguration Read(IReadOnlyList<string> paths, string? context)
    {
        var there = paths.Where(File.Exists).ToList();
        try
        {
            if (there.Count == 0) throw new KubeConfigException(paths.Count == 1 ? "there is no such file" : "there are no such files");
            return Choose([.. there.Select(Load)], context);
        }
        catch (Exception e) when (e is not ScalingException)
        {
            throw Invalid(there.Count == 0 ? paths : there, e);
        }
    }

    private static K8SConfiguration Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var file = KubernetesClientConfiguration.LoadKubeConfig(stream) ?? new();
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            string? Full(string? named) => string.IsNullOrEmpty(named) ? named : Path.Combine(folder, named);
            foreach (var cluster in (file.Clusters ?? []).Select(c => c.ClusterEndpoint).OfType<ClusterEndpoint>())
            {
                cluster.CertificateAuthority = Full(cluster.CertificateAuthority);
            }

            foreach (var user in (file.Users ?? []).Select(u => u.UserCredentials).OfType<UserCredentials>())
            {
                (user.ClientCertificate, user.ClientKey) = (Full(user.ClientCertificate), Full(user.ClientKey));

                // A command without a folder stays as it is, because it is looked for in the PATH.
                if (user.ExternalExecution is not { Command: { } command } plugin) continue;
                if (command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)) plugin.Command = Full(command);
            }

            return file;
        }
        catch (Exception e)
        {
            // All types of exceptions, because the client throws many for a file that is not a kubeconfig.
            throw Invalid([path], e);
        }
    }

    private static KubernetesClientConfiguration Choose(List<K8SConfiguration> files, string? wanted)
    {
        var contexts = files.SelectMany(f => f.Contexts ?? []).ToList();
        var names = string.Join(", ", contexts.Select(c => $"'{c.Name}'").Distinct(StringComparer.Ordinal));
        if (names.Length == 0) throw new KubeConfigException("there is no context in it");
        var name = wanted ?? files.Select(f => f.CurrentContext).FirstOrDefault(c => !string.IsNullOrEmpty(c))
            ?? throw new KubeConfigException($"it has no current context; set Context to one of {names}");
        var context = contexts.Find(c => Same(c.Name, name)) ?? throw new KubeConfigException($"it has no context '{name}', only {names}");
        var cluster = files.SelectMany(f => f.Clusters ?? []).FirstOrDefault(c => Same(c.Name, context.ContextDetails?.Cluster))
            ?? throw new KubeConfigException($"it has no cluster '{context.ContextDetails?.Cluster}', which its context '{name}' names");
        var user = files.SelectMany(f => f.Users ?? []).FirstOrDefault(u => Same(u.Name, context.ContextDetails?.User));
        if (user is null && context.ContextDetails!.User is { Length: > 0 } missing)
            throw new KubeConfigException($"it has no user '{missing}', whom its context '{name}' names");
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(new()
        {
            CurrentContext = name,
            Contexts = [context],
            Clusters = [cluster],
            Users = user is null ? [] : [user],
        });
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.Ordinal);

    private static ScalingException Invalid(IReadOnlyList<string> paths, Exception e) => new(
        ScalingErrorKind.InvalidConfiguration,
        $"The kubeconfig {string.Join(" with ", paths.Select(p => $"'{p}'"))} cannot be used: {Phrase.Of(e)}.",
        e);
}
