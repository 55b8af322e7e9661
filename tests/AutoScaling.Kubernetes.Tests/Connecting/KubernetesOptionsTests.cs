using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes.Tests.Connecting;

public sealed class KubernetesOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Errors_Defaults_AreNone() => Assert.Empty(new KubernetesOptions().Errors());

    [Fact]
    public void Errors_EverySettingWrong_IsOneSentenceEach()
    {
        var options = new KubernetesOptions
        {
            KubeConfig = "",
            Context = "",
            Namespace = "Team A",
            MaxListAge = TimeSpan.Zero,
            RequestsPerSecond = 0,
            Burst = 0,
            RequestTimeout = TimeSpan.FromHours(2),
        };

        Assert.Equal(
            [
                "KubeConfig must be a file, or not set, but is ''.",
                "Context must be a context's name, or not set, but is ''.",
                "Namespace must be a namespace's name, or not set, but is 'Team A'.",
                "MaxListAge must be more than 0 and at most 1 hour, but is 0s.",
                "RequestsPerSecond must be more than 0, but is 0.",
                "Burst must be at least 1, but is 0.",
                "RequestTimeout must be more than 0 and at most 1 hour, but is 2h.",
            ],
            options.Errors());
    }

    [Fact]
    public void UseKubernetes_InvalidOptions_AreToldWhenTheyAreAskedFor()
    {
        var services = new ServiceCollection();
        services.AddAutoScaling().UseKubernetes(o => o.Burst = -1);
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<KubernetesOptions>>().Value);

        Assert.Equal(["Burst must be at least 1, but is -1."], error.Failures);
    }

    [Fact]
    public void UseKubernetes_Section_SetsEveryOption()
    {
        var options = Bound<KubernetesOptions>(
            ("Kubernetes:KubeConfig", "/config"),
            ("Kubernetes:Context", "east"),
            ("kubernetes:namespace", "team-a"),
            ("Kubernetes:AllNamespaces", "true"),
            ("Kubernetes:MaxListAge", "2s"),
            ("Kubernetes:RequestsPerSecond", "12.5"),
            ("Kubernetes:Burst", "7"),
            ("Kubernetes:RequestTimeout", "00:00:09"),
            ("Kubernetes:AllowForeignAutoscaler", "True"),
            ("Kubernetes:Events", "false"));

        Assert.Equal(("/config", "east", "team-a", true, TimeSpan.FromSeconds(2)), (options.KubeConfig, options.Context, options.Namespace, options.AllNamespaces, options.MaxListAge));
        Assert.Equal((12.5, 7, TimeSpan.FromSeconds(9), true, false), (options.RequestsPerSecond, options.Burst, options.RequestTimeout, options.AllowForeignAutoscaler, options.Events));
    }

    [Fact]
    public void UseLeaderElection_Section_SetsEveryOption()
    {
        var options = Bound<LeaderElectionOptions>(
            ("LeaderElection:LeaseName", "mine"),
            ("LeaderElection:Namespace", ""),
            ("LeaderElection:Identity", "me"),
            ("LeaderElection:LeaseDuration", "30s"),
            ("LeaderElection:RenewDeadline", "20s"),
            ("LeaderElection:RetryPeriod", "500ms"));

        Assert.Equal(("mine", null, "me"), (options.LeaseName, options.Namespace, options.Identity));
        Assert.Equal((30, 20, 0.5), (options.LeaseDuration.TotalSeconds, options.RenewDeadline.TotalSeconds, options.RetryPeriod.TotalSeconds));
    }

    [Fact]
    public void UseKubernetes_SectionWithMistakes_NamesAllOfThem()
    {
        var error = Assert.Throws<ScalingException>(() => Bound<KubernetesOptions>(("Kubernetes:Evnts", "false"), ("Kubernetes:MaxListAge", "soon")));

        Assert.Equal(
            [
                "MaxListAge must be a duration such as 30s, 5m or 00:05:00, but is 'soon'.",
                "'Evnts' is not a setting of Kubernetes; did you mean 'events'?",
            ],
            error.Errors);
    }

    [Fact]
    public void Connect_FileThatIsMissing_IsNamed()
    {
        var path = Path.Combine(_folder, "none");

        var error = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(new() { KubeConfig = path }, TimeProvider.System));

        Assert.Equal($"The kubeconfig '{path}' cannot be used: there is no such file.", error.Message);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
    }

    [Fact]
    public void Connect_FileThatIsNone_IsNamed()
    {
        var path = Path.Combine(_folder, "broken");
        File.WriteAllText(path, "{");

        var error = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(new() { KubeConfig = path }, TimeProvider.System));

        Assert.StartsWith($"The kubeconfig '{path}' cannot be used: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_ContextThatIsMissing_IsNamed()
    {
        var path = TwoContexts();
        var error = Assert.Throws<ScalingException>(() => ClusterAddress.Connect(new() { KubeConfig = path, Context = "third" }, TimeProvider.System));

        Assert.Equal($"The kubeconfig '{path}' cannot be used: it has no context 'third', only 'first', 'second'.", error.Message);
    }

    [Theory]
    [InlineData(null, null, "team-a")]
    [InlineData("second", null, "default")]
    [InlineData(null, "mine", "mine")]
    public void Connect_Namespace_IsTheOptionOrTheContextsOrDefault(string? context, string? space, string expected)
    {
        using var found = ClusterAddress.Connect(new() { KubeConfig = TwoContexts(), Context = context, Namespace = space }, TimeProvider.System);

        Assert.Equal(expected, found.Namespace);
    }

    private static T Bound<T>(params (string Key, string Value)[] settings)
        where T : class
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
        var services = new ServiceCollection();
        services.AddAutoScaling().UseKubernetes(configuration.GetSection("Kubernetes")).UseLeaderElection(configuration.GetSection("LeaderElection"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<T>>().Value;
    }

    private string TwoContexts()
    {
        var path = Path.Combine(_folder, "config");
        File.WriteAllText(path, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("first", Namespace: "team-a"), new KubeConfigUser("second")));
        return path;
    }
}
