using System.Diagnostics;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>A ConfigMap as the kubelet mounts it: the file is a link into '..data', which is itself a link and is swapped at once.</summary>
/// <remarks>Source: AtomicWriter in Kubernetes' pkg/volume/util.</remarks>
internal sealed class MountedPolicies
{
    private readonly string _folder;
    private int _versions;

    public MountedPolicies(string folder, string text)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Write(text);
        File.CreateSymbolicLink(Path, System.IO.Path.Combine("..data", "policies.yaml"));
    }

    public string Path => In("policies.yaml");

    /// <summary>Puts another version in place of this one.</summary>
    public void Write(string text)
    {
        var old = new FileInfo(In("..data")).LinkTarget;
        var version = $"..2026_{++_versions}";
        Directory.CreateDirectory(In(version));
        File.WriteAllText(System.IO.Path.Combine(In(version), "policies.yaml"), text);
        Directory.CreateSymbolicLink(In("..data_tmp"), version);

        // By rename(2), so that there is always a whole version. File.Move does not move links to folders.
        using (var move = Process.Start("mv", ["-T", In("..data_tmp"), In("..data")]))
        {
            move.WaitForExit();
            Assert.Equal(0, move.ExitCode);
        }

        if (old is not null) Directory.Delete(In(old), recursive: true);
    }

    private string In(string name) => System.IO.Path.Combine(_folder, name);
}
