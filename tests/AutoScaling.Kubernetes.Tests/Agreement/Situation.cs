using System.Globalization;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>A load on a deployment, and what is to be kept.</summary>
/// <param name="Name">Which.</param>
/// <param name="Pods">
/// Its pods, by letters and what each uses: a number is a ready pod's use in percent of its request of CPU and of memory, and its rps; <c>-</c> a ready pod that is not
/// measured; <c>p</c> pending; <c>u</c> started a minute ago and not ready yet; <c>o</c> not ready any more; <c>y</c> ready for less time than its use was
/// measured over; <c>n</c> without a Ready condition; <c>x</c> of unknown readiness; <c>d</c> being deleted; <c>f</c> failed; <c>s</c> succeeded; <c>q</c> without requests;
/// <c>g</c> gone, though its use is still served.
/// </param>
/// <param name="Goals">What is kept.</param>
internal sealed record Situation(string Name, string Pods, params Goal[] Goals)
{
    private readonly int? _current;

    /// <summary>The replicas that the deployment asks for.</summary>
    /// <value>By default as many as there are pods that are not being deleted and have not ended.</value>
    public int Current
    {
        get => _current ?? Existing;
        init => _current = value;
    }

    public int Min { get; init; } = 1;

    public int Max { get; init; } = 20;

    /// <summary>The value of the object's metric.</summary>
    public string? Hits { get; init; }

    /// <summary>The values of the external metric's series.</summary>
    public string[] Queue { get; init; } = [];

    /// <summary>Why the HPA of Kubernetes 1.20 answers something else than we do, who follow today's; <see langword="null"/> if it does not.</summary>
    public string? Difference { get; init; }

    /// <summary>Whether it is the rules of an old HPA that differ: one that does not know autoscaling/v2 yet.</summary>
    public bool OfTheOldHpaOnly { get; init; }

    private string[] Tokens => Pods.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private int Existing => Tokens.Count(t => t[0] is not ('d' or 'f' or 's' or 'g'));

    /// <summary>Makes the deployment, its pods and its metrics.</summary>
    public async Task CreateAsync(TestNamespace space, MetricsAdapter adapter, DateTimeOffset now, string hpaVersion)
    {
        await space.CreateDeploymentAsync(Name, Current);
        await space.SetStatusAsync(Name, Existing);
        var rps = new List<AdapterValue>();
        var tokens = Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            var (pod, use) = Read(tokens[i], i);
            if (tokens[i][0] != 'g') await pod.CreateAsync(space, now);
            if (use is null) continue;
            var at = now.AddSeconds(-20);
            adapter.SetPod(space.Name, pod.Name, Name, at, "30s", ("app", $"{use}m", $"{use}Mi"));
            rps.Add(MetricsAdapter.Value("Pod", space.Name, pod.Name, use, at, null, ("app", Name)));
        }

        void Add(string address, IEnumerable<AdapterValue> values) =>
            adapter.Values.AddOrUpdate((space.Name, address), _ => new([.. values]), (_, others) => new([.. others.All, .. values]));
        Add("pods/*/rps", rps);
        Add("queue", Queue.Select(q => MetricsAdapter.External("queue", q, now, ("queue", Name))));
        if (Hits is not null) Add($"services/{Name}/hits", [MetricsAdapter.Value("Service", space.Name, Name, Hits, now)]);
        var metrics = string.Join(", ", Goals.Select(g => g.Hpa.Replace("NAME", Name, StringComparison.Ordinal)));
        await space.Admin.PostAsync($"/apis/autoscaling/{hpaVersion}/namespaces/{space.Name}/horizontalpodautoscalers", $$$"""
            {"metadata": {"name": "{{{Name}}}"},
             "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "{{{Name}}}"}, "minReplicas": {{{Min}}}, "maxReplicas": {{{Max}}},
                      "metrics": [{{{metrics}}}], "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0} } } }
            """, space.Cancellation);
    }

    public ScalingPolicy Policy() => new()
    {
        Target = Name,
        Range = new(Min, Max),
        Rules = [.. Goals.Select(g => g.Rule)],
        Behavior = ScalingBehavior.Kubernetes with { SafetyGuards = false, ScaleDown = ScalingBehavior.Kubernetes.ScaleDown with { StabilizationWindow = TimeSpan.Zero } },
    };

    private (TestPod Pod, string? Use) Read(string token, int number)
    {
        var pod = new TestPod(string.Create(CultureInfo.InvariantCulture, $"{Name}-{number}"), Name);
        TimeSpan minute = TimeSpan.FromMinutes(1), seconds = TimeSpan.FromSeconds(10);
        pod = token[0] switch
        {
            'p' => pod with { Phase = "Pending", Ready = "False", Started = null },
            'u' => pod with { Ready = "False", Started = minute, ReadySince = minute },
            'o' => pod with { Ready = "False", ReadySince = minute },
            'y' => pod with { Started = minute, ReadySince = seconds },
            'n' => pod with { Ready = null },
            'x' => pod with { Ready = "Unknown" },
            'd' => pod with { IsDeleted = true },
            'f' => pod with { Phase = "Failed", Ready = "False" },
            's' => pod with { Phase = "Succeeded", Ready = "False" },
            'q' => pod with { Containers = [new("app")] },
            _ => pod,
        };
        var use = token.TrimStart('p', 'u', 'o', 'y', 'n', 'x', 'd', 'f', 's', 'q', 'g', '-');
        return (pod, use.Length == 0 ? null : use);
    }
}
