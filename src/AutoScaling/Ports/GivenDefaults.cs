namespace AutoScaling.Ports;

/// <summary>Gives what policies have that leave a setting out, once the host's settings are known.</summary>
internal sealed record GivenDefaults(Func<PolicyDefaults> Read);
