namespace AutoScaling.Kubernetes;

/// <summary>How the cluster is reached, and what the autoscaler may ask of it. Checked when the host starts.</summary>
public sealed class KubernetesOptions
{
    /// <summary>The kubeconfig file.</summary>
    /// <value>
    /// <see langword="null"/> by default: as kubectl, the files of <c>KUBECONFIG</c> together, of which the first wins and missing ones are passed over; without <c>KUBECONFIG</c>
    /// <c>~/.kube/config</c>; without that the service account of the pod.
    /// </value>
    public string? KubeConfig { get; set; }

    /// <summary>The context of the kubeconfig. With it the service account of the pod is never used: without a kubeconfig the host does not start.</summary>
    /// <value><see langword="null"/> by default: the kubeconfig's current one.</value>
    public string? Context { get; set; }

    /// <summary>The namespace of targets that name none.</summary>
    /// <value><see langword="null"/> by default: the pod's own or that of the context, and otherwise <c>default</c>.</value>
    public string? Namespace { get; set; }

    /// <summary>Whether workloads, pods and what they use are listed for all namespaces at once, which needs a ClusterRole; otherwise each namespace that has targets is listed by itself.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AllNamespaces { get; set; }

    /// <summary>How old a list of workloads, pods or metrics may be to decide from it. All targets share the lists, so this is also the least time between two of them.</summary>
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

    /// <summary>Whether targets are scaled that a HorizontalPodAutoscaler scales too. Two autoscalers on one target undo each other's work; HorizontalPodAutoscalers are then not even read.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AllowForeignAutoscaler { get; set; }

    /// <summary>Whether every scaling that was carried out or refused is written as a Kubernetes Event on the target.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Events { get; set; } = true;

    /// <summary>For how long a request is tried again that was answered by 429 or 5xx, or not at all; within the time that an evaluation has for reading.</summary>
    internal TimeSpan RetryTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>The kubeconfig files that are read if <see cref="KubeConfig"/> names none.</summary>
    internal IReadOnlyList<string> ConfigFiles { get; set; } = KubeConfigFiles.Found();

    /// <summary>Who we are inside a pod.</summary>
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

        void Optional(string key, Action<string?> set) => settings.Text(key, this, (_, v) => Set(() => set(v.Length == 0 ? null : v)), none: _ => Set(() => set(null)));

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

    internal List<string> Errors()
    {
        var hour = TimeSpan.FromHours(1);
        var errors = new List<string>();
        void Check(bool good, string setting, string rule, object? value)
        {
            if (!good) errors.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{setting} must be {rule}, but is {value}."));
        }

        Check(KubeConfig is null or { Length: > 0 }, nameof(KubeConfig), "a file, or not set", "empty");
        Check(Context is null or { Length: > 0 }, nameof(Context), "a context's name, or not set", "empty");
        Check(Namespace is null || KubernetesName.IsLabel(Namespace), nameof(Namespace), "a namespace's name, or not set", $"'{Namespace}'");
        Check(MaxListAge > TimeSpan.Zero && MaxListAge <= hour, nameof(MaxListAge), "more than 0 and at most 1 hour", MaxListAge);
        Check(double.IsFinite(RequestsPerSecond) && RequestsPerSecond > 0, nameof(RequestsPerSecond), "more than 0", RequestsPerSecond);
        Check(Burst >= 1, nameof(Burst), "at least 1", Burst);
        Check(RequestTimeout > TimeSpan.Zero && RequestTimeout <= hour, nameof(RequestTimeout), "more than 0 and at most 1 hour", RequestTimeout);
        return errors;
    }
}
