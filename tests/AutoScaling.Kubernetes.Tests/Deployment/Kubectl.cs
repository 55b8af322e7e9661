using System.Diagnostics;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The kubectl of the control plane, as an administrator.</summary>
internal static class Kubectl
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Applies files of the manifests as they are.</summary>
    public static Task ApplyAsync(ControlPlane plane, params string[] files) =>
        RunAsync(plane, ["apply", .. files.SelectMany(f => new[] { "-f", Manifests.PathOf(f) })]);

    public static async Task RunAsync(ControlPlane plane, params string[] arguments)
    {
        var kubectl = Path.Combine(Environment.GetEnvironmentVariable(ControlPlane.AssetsVariable)!, "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), $"There is no kubectl in {ControlPlane.AssetsVariable}.");
        string[] admin = ["--kubeconfig", plane.KubeConfigFor("test-kubectl", null, "system:masters"), "--cache-dir", Path.Combine(plane.Folder, "kubectl")];
        var (code, output, errors) = await CallAsync(kubectl, [.. admin, .. arguments]);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {output}{errors}");
    }

    /// <summary>Calls a program, and returns its exit code and what it writes.</summary>
    public static async Task<(int Code, string Output, string Errors)> CallAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await errors);
    }
}
