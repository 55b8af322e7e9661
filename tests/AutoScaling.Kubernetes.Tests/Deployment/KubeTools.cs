using AutoScaling.Tests.Readme;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>Helm and a kubectl of today, whose kustomize reads folders as resources; that of the control plane is too old for it.</summary>
internal static class KubeTools
{
    private const string Variable = "AUTOSCALING_KUBE_TOOLS";

    private static readonly string Chart = Document.PathOf("samples/AutoScaling.KubernetesWorker/chart");

    /// <summary>What kustomize makes of a folder of the manifests.</summary>
    public static async Task<string> KustomizeAsync(string folder)
    {
        var (code, output, errors) = await Kubectl.CallAsync(Path("kubectl"), "kustomize", Manifests.PathOf(folder));
        Assert.True(code == 0, errors);
        Assert.Equal("", errors); // Nor is anything on its way out.
        return output;
    }

    /// <summary>What Helm makes of the chart.</summary>
    public static async Task<string> TemplateAsync(string space, params string[] arguments)
    {
        var (code, output, errors) = await HelmAsync(["template", "autoscaling", Chart, "--namespace", space, .. arguments]);
        Assert.True(code == 0, errors);
        return output;
    }

    /// <summary>Helm refuses the values, and says why.</summary>
    public static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (code, output, errors) = await HelmAsync(["template", "autoscaling", Chart, .. arguments]);
        Assert.True(code != 0, output);
        return errors;
    }

    public static Task<(int Code, string Output, string Errors)> LintAsync() => HelmAsync("lint", "--strict", Chart);

    private static async Task<(int Code, string Output, string Errors)> HelmAsync(params string[] arguments) =>
        await Kubectl.CallAsync(Path("helm"), arguments);

    private static string Path(string tool)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} is not set: it must name a folder with helm and kubectl.");
        return System.IO.Path.Combine(folder!, tool);
    }
}
