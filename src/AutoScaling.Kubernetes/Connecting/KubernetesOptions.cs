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
    /// Whether deployments, pods and what they use are read for all namespaces at once, which needs a ClusterRole. Otherwise each
    /// namespace that has targets is read by itself. Where the targets are few and the pods many, only the targets' own are read.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AllNamespaces { get; set; }

    /// <summary>
    /// How old metrics, and lists of what cannot be watched, may be to decide from them. All targets share the lists, so this is also the
    /// least time between two readings of one list.
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

    /// <summary>
    /// Whether every scaling that was carried out or refused is written as a Kubernetes Event on the target, and that somebody else sets it
    /// back again and again.
    /// </summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Events { get; set; } = true;

    /// <summary>
    /// For how long a request is tried again that was answered by 429 or 5xx, or not at all. It is less than the time that an evaluation
    /// has for reading, so that the evaluation fails with the request's own sentence.
    /// </summary>
    internal TimeSpan RetryTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long an evaluation may take from its first reading until it has scaled, what is saved in between included.</summary>
    internal TimeSpan EvaluationTime { get; set; } = 2 * TargetEvaluator.DefaultTimeout;

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

    /// <summary>The settings in a section of the configuration.</summary>
    internal SettingsTable<KubernetesOptions> Settings => SettingsTable.Of("Kubernetes", this, "How the cluster is reached.")
        .Text(
            "kubeConfig", "The kubeconfig file.",
            o => o.KubeConfig, (_, v) => Set(() => KubeConfig = Given(v)), none: _ => Set(() => KubeConfig = null))
        .Text(
            "context", "The context of the kubeconfig.",
            o => o.Context, (_, v) => Set(() => Context = Given(v)), none: _ => Set(() => Context = null))
        .Text(
            "namespace", "The namespace of targets that name none.",
            o => o.Namespace, (_, v) => Set(() => Namespace = Given(v)), none: _ => Set(() => Namespace = null))
        .Flag("allNamespaces", "Whether all namespaces are listed at once.", o => o.AllNamespaces, (_, v) => Set(() => AllNamespaces = v))
        .Duration("maxListAge", "How old a list may be to decide from it.", o => o.MaxListAge, (_, v) => Set(() => MaxListAge = v))
        .Number(
            "requestsPerSecond", "The most requests per second, in the long run.",
            o => o.RequestsPerSecond, (_, v) => Set(() => RequestsPerSecond = v))
        .WholeNumber("burst", "How many requests may be sent at once after a quiet time.", o => o.Burst, (_, v) => Set(() => Burst = v))
        .Duration("requestTimeout", "How long one request may take.", o => o.RequestTimeout, (_, v) => Set(() => RequestTimeout = v))
        .Flag(
            "allowForeignAutoscaler", "Whether targets are scaled that a HorizontalPodAutoscaler scales too.",
            o => o.AllowForeignAutoscaler, (_, v) => Set(() => AllowForeignAutoscaler = v))
        .Flag("events", "Whether scalings are written as Events on the target.", o => o.Events, (_, v) => Set(() => Events = v));

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

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private KubernetesOptions Set(Action set)
    {
        set();
        return this;
    }
}
