using System.Globalization;
using System.Text;

namespace AutoScaling.Kubernetes.Benchmarks.ManyPods;

/// <summary>The objects of a large cluster as JSON, as large as real ones: ten pods to a deployment, spread over 50 namespaces.</summary>
internal sealed class PodTexts
{
    public const int PodsPerDeployment = 10;

    private const int Namespaces = 50;
    private const int Settings = 16;
    private const int UidLength = 36;
    private const int Differing = 5;

    private readonly string _started;
    private readonly CompositeFormat _pod;
    private readonly CompositeFormat _deployment;

    public PodTexts(DateTimeOffset now)
    {
        _started = Time(now.AddHours(-2));
        _pod = CompositeFormat.Parse(PodFormat());
        _deployment = CompositeFormat.Parse(DeploymentFormat());
    }

    /// <summary>Policies as of the sample, for the first deployments.</summary>
    public static string Policies(int targets) => "policies:\n" + string.Concat(Enumerable.Range(0, targets).Select(i => $$"""
          - service: {{Namespace(i)}}/app-{{i}}
            min: 2
            max: 20
            interval: 15s
            rules: [{ type: targetTracking, metric: cpu, target: 70 }]
            behavior: { preset: kubernetes }

        """));

    public static string Namespace(int app) => $"ns{app % Namespaces}";

    public static string PodName(int pod) => $"app-{pod / PodsPerDeployment}-7c9f8d6b5-{pod.ToString(CultureInfo.InvariantCulture).PadLeft(5, 'x')}";

    /// <summary>A pod, all in all about 8 kB.</summary>
    public string Pod(int pod, long version) => string.Format(
        CultureInfo.InvariantCulture, _pod, PodName(pod), Namespace(pod / PodsPerDeployment), pod / PodsPerDeployment, version, _started);

    public string Deployment(int app, int replicas, long version) => string.Format(
        CultureInfo.InvariantCulture, _deployment, app, Namespace(app), replicas, version);

    /// <summary>What a pod uses.</summary>
    public static string Use(int pod, int milli, string time)
    {
        var app = pod / PodsPerDeployment;
        return $$$"""
            {"metadata":{"name":"{{{PodName(pod)}}}","namespace":"{{{Namespace(app)}}}","creationTimestamp":"{{{time}}}","labels":{"app":"app-{{{app}}}"}},"timestamp":"{{{time}}}","window":"30s","containers":[{"name":"app","usage":{"cpu":"{{{milli / 2}}}m","memory":"65536Ki"}},{"name":"sidecar","usage":{"cpu":"{{{milli / 2}}}m","memory":"65536Ki"}}]}
            """;
    }

    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Managed()
    {
        var conditions = Each(
            ["ContainersReady", "Initialized", "Ready", "PodScheduled"],
            t => $$$""" "k:{\"type\":\"{{{t}}}\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{} }""");
        return "\"managedFields\":[" + Each(["kubelet", "kube-controller-manager"], m => $$$"""
            {"manager":"{{{m}}}","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{ {{{conditions}}} },"f:phase":{},"f:podIP":{} } } }
            """) + "]";
    }

    private static string Each(string[] names, Func<string, string> text) => string.Join(',', names.Select(text));

    private static string Spec()
    {
        var settings = string.Join(',', Enumerable.Range(0, Settings).Select(i => $$$"""
            {"name":"SETTING_NUMBER_{{{i}}}","value":"https://service-{{{i}}}.namespace.svc.cluster.local:8443/path/to/something"}
            """));
        return "{\"containers\":[" + Each(["app", "sidecar"], c => $$$"""
            {"name":"{{{c}}}","image":"registry.example.com/team/{{{c}}}:1.2.3","env":[{{{settings}}}],"resources":{"requests":{"cpu":"50m","memory":"128Mi"},"limits":{"memory":"256Mi"} },"readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":10,"timeoutSeconds":1},"volumeMounts":[{"name":"config","mountPath":"/etc/config"},{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"terminationMessagePath":"/dev/termination-log","imagePullPolicy":"IfNotPresent"}
            """) + "],\"restartPolicy\":\"Always\",\"nodeName\":\"node-1\",\"serviceAccountName\":\"default\",\"schedulerName\":\"default-scheduler\"}";
    }

    private static string PodFormat()
    {
        var conditions = Each(
            ["Initialized", "Ready", "ContainersReady", "PodScheduled"],
            t => $$$"""{"type":"{{{t}}}","status":"True","lastProbeTime":null,"lastTransitionTime":"<4>"}""");
        var states = Each(["app", "sidecar"], c => $$$"""
            {"name":"{{{c}}}","image":"registry.example.com/team/{{{c}}}","imageID":"sha256:{{{new string('c', 64)}}}","containerID":"containerd://{{{new string('d', 64)}}}","ready":true,"restartCount":0,"started":true,"state":{"running":{"startedAt":"<4>"} } }
            """);
        return Format($$$"""
            {"metadata":{"name":"<0>","generateName":"app-<2>-7c9f8d6b5-","namespace":"<1>","uid":"{{{new string('1', UidLength)}}}","resourceVersion":"<3>","creationTimestamp":"<4>","labels":{"app":"app-<2>","pod-template-hash":"7c9f8d6b5","app.kubernetes.io/name":"app-<2>","app.kubernetes.io/part-of":"shop","app.kubernetes.io/version":"1.2.3"},"annotations":{"checksum/config":"{{{new string('b', 64)}}}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-<2>-7c9f8d6b5","uid":"{{{new string('2', UidLength)}}}","controller":true}],{{{Managed()}}}},"spec":{{{Spec()}}},"status":{"phase":"Running","startTime":"<4>","hostIP":"10.0.0.1","podIP":"10.1.2.3","qosClass":"Burstable","conditions":[{{{conditions}}}],"containerStatuses":[{{{states}}}] } }
            """);
    }

    private static string DeploymentFormat() => Format($$$"""
        {"metadata":{"name":"app-<0>","namespace":"<1>","uid":"d<0>","resourceVersion":"<3>","labels":{"app":"app-<0>"},{{{Managed()}}}},"spec":{"replicas":<2>,"selector":{"matchLabels":{"app":"app-<0>"}},"template":{"metadata":{"labels":{"app":"app-<0>"}},"spec":{{{Spec()}}} } },"status":{"replicas":<2>,"readyReplicas":<2>}}
        """);

    // Braces are JSON's, angle brackets stand for what differs.
    private static string Format(string json)
    {
        var format = new StringBuilder(json.ReplaceLineEndings("")).Replace("{", "{{").Replace("}", "}}");
        for (var i = 0; i < Differing; i++) format.Replace($"<{i}>", $"{{{i}}}");
        return format.ToString();
    }
}
