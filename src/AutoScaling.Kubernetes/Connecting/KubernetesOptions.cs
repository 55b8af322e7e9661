using AutoScaling.Kubernetes.Connecting;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes;

/// <summary>How the cluster is reached, and what the autoscaler may ask of it. Checked when the host starts.</summary>
public sealed class KubernetesOptions
{
    private static readonly Bounds<TimeSpan> UpToAnHour = new(TimeSpan.Zero, TimeSpan.FromHours(1), above: true);

    /// <summary>The kubeconfig file.</summary>
    /// <value>
    /// <see langword="null"/> by default: all files of <c>KUBECONFIG</c> as kubectl reads them (the first that has a name wins, missing
    /// files are passed over); without <c>KUBECONFIG</c> <c>~/.kube/config</c>; without that the service account of the pod.
    /// </value>
    public string? KubeConfig { get; set; }

    /// <summary>
    /// The context of the kubeconfig. With it the service account of the pod is never used: without a kubeconfig the host does not start.
    /// </summary>
    /// <value><see langword="null"/> by default: the kubeconfig's current one.</value>
    public string? Context { get; set; }

    /// <summary>The namespace of targets that name none.</summary>
    /// <value><see langword="null"/> by default: the pod's own or that of the context, and otherwise <c>default</c>.</value>
    public string? Namespace { get; set; }

    /// <summary>
    /// Whether deployments, pods and what they use are listed for all namespaces at once, which needs a ClusterRole. Otherwise each
    /// namespace that has targets is listed by itself.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AllNamespaces { get; set; }

    /// <summary>
    /// How old a list of deployments, pods or metrics may be to decide from it. All targets share the lists, so this is also the least time
    /// between two readings of one list.
    /// </summary>
    /// <value>5 s by default; more than 0, at most 1 hour. At most half of the shortest interval of a policy is good.</value>
    public TimeSpan MaxListAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most requests per second to the API server, in the long run.</summary>
    /// <value>200 by default; more than 0.</value>
    public double RequestsPerSecond { get; set; } = 200;

    /// <summary>How many requests may be sent at once after a quiet time.</summary>
    /// <value>300 by default; at least 1.</value>
    public int Burst { get; set; } = 300;

    /// <summary>How long one request may take.</summary>
    /// <value>30 s by default; more than 0, at most 1 hour.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether targets are scaled that a HorizontalPodAutoscaler scales too. Two autoscalers on one target undo each other's work.
    /// If it is allowed, HorizontalPodAutoscalers are not even read.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AllowForeignAutoscaler { get; set; }

    /// <summary>Whether every scaling that was carried out or refused is written as a Kubernetes Event on the target.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Events { get; set; } = true;

    /// <summary>
    /// For how long a request is tried again that was answered by 429 or 5xx, or not at all. It is less than the time that an evaluation
    /// has for reading, so that the evaluation fails with the request's own sentence.
    /// </summary>
    internal TimeSpan RetryTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>The kubeconfig files that are read if <see cref="KubeConfig"/> names none.</summary>
    internal IReadOnlyList<string> ConfigFiles { get; set; } = KubeConfigFiles.Found();

    /// <summary>The service account of the pod that this process runs in, if it does.</summary>
    internal PodIdentity Pod { get; set; } = PodIdentity.Own;

    /// <summary>The same cluster and user, for requests that must not wait behind those of scaling.</summary>
    /// <param name="timeout">How long one of them may take; they are not tried again.</param>
    internal KubernetesOptions Apart(TimeSpan timeout)
    {
        var options = (KubernetesOptions)MemberwiseClone();
        (options.RequestTimeout, options.RetryTime, options.RequestsPerSecond, options.Burst) = (timeout, TimeSpan.Zero, 20, 20);
        return options;
    }

    /// <summary>Reads the settings of a section of the configuration.</summary>
    internal KubernetesOptions Read(SettingsReader settings)
    {
        KubernetesOptions Set(Action set)
        {
            set();
            return this;
        }

        void Optional(string key, Action<string?> set) => settings.Text(
            key, this, (_, v) => Set(() => set(v.Length == 0 ? null : v)), none: _ => Set(() => set(null)));

        Optional("kubeConfig", v => KubeConfig = v);
        Optional("context", v => Context = v);
        Optional("namespace", v => Namespace = v);
        settings.Flag("allNamespaces", this, (o, v) => Set(() => o.AllNamespaces = v));
        settings.Duration("maxListAge", this, (o, v) => Set(() => o.MaxListAge = v));
        settings.Number("requestsPerSecond", this, (o, v) => Set(() => o.RequestsPerSecond = v));
        settings.WholeNumber("burst", this, (o, v) => Set(() => o.Burst = v));
        settings.Duration("requestTimeout", this, (o, v) => Set(() => o.RequestTimeout = v));
        settings.Flag("allowForeignAutoscaler", this, (o, v) => Set(() => o.AllowForeignAutoscaler = v));
        return settings.Flag("events", this, (o, v) => Set(() => o.Events = v));
    }

    /// <summary>What is wrong, a sentence for each setting; empty if nothing is.</summary>
    internal List<string> Errors()
    {
        var errors = new SettingErrors();
        errors.Check(nameof(KubeConfig), KubeConfig, KubeConfig is null or { Length: > 0 }, "a file, or not set");
        errors.Check(nameof(Context), Context, Context is null or { Length: > 0 }, "a context's name, or not set");
        errors.Check(
            nameof(Namespace), Namespace, Namespace is null || KubernetesName.IsLabel(Namespace), "a namespace's name, or not set");
        errors.Check(nameof(MaxListAge), MaxListAge, UpToAnHour);
        errors.Check(nameof(RequestsPerSecond), RequestsPerSecond, Bounds.Positive);
        errors.Check(nameof(Burst), Burst, Bounds.AtLeastOne);
        errors.Check(nameof(RequestTimeout), RequestTimeout, UpToAnHour);
        return errors.Sentences;
    }
}
