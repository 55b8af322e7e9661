namespace AutoScaling.Tool.Tests.Lint;

/// <summary>Files for a lint.</summary>
internal static class Traps
{
    /// <summary>One trap, on line 6: the cooldown is shorter than the time between two evaluations.</summary>
    public const string Policies = """
        policies:
          - service: web
            cpuTarget: 70
            behavior:
              scaleUp:
                cooldown: 5s
        """;

    /// <summary>The same in a ConfigMap, on line 11, beside what holds no policies.</summary>
    public const string ConfigMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: policies }
        data:
          policies.yaml: |
            policies:
              - service: web
                cpuTarget: 70
                behavior:
                  scaleUp:
                    cooldown: 5s
          settings.json: '{ "size": 1 }'
          notes.txt: "policies: none"
        """;

    /// <summary>The same in a ScalingPolicy, on line 6.</summary>
    public const string ScalingPolicy = """
        apiVersion: autoscaling.dotnet.io/v1alpha1
        kind: ScalingPolicy
        metadata: { name: web, namespace: shop }
        spec:
          targetRef: { kind: Deployment, name: web }
          behavior: { scaleUp: { cooldown: 5s } }
        """;

    public const string Good = "policies: [ { service: web, min: 3, max: 10, cpuTarget: 70 } ]";

    public const string Broken = "policies:\n  - service: web\n    min: 3\n    max: 2\n";
}
