using System.Security.Cryptography;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes;

/// <summary>How several copies of the autoscaler agree on the one that acts. Checked when the host starts.</summary>
/// <remarks>
/// The defaults are those of Kubernetes' own controllers: a copy that dies is replaced within 18 s, one that stops cleanly within 2 s.
/// </remarks>
public sealed class LeaderElectionOptions
{
    /// <summary>The longest <see cref="LeaseDuration"/>.</summary>
    internal static readonly TimeSpan LongestDuration = TimeSpan.FromHours(1);

    /// <summary>The name of the Lease.</summary>
    /// <value><c>autoscaling</c> by default; a Kubernetes name.</value>
    public string LeaseName { get; set; } = "autoscaling";

    /// <summary>The namespace of the Lease.</summary>
    /// <value><see langword="null"/> by default: the namespace of targets that name none.</value>
    public string? Namespace { get; set; }

    /// <summary>What this copy is called in the Lease.</summary>
    /// <value>
    /// By default the environment variable <c>POD_NAME</c>, or the host's name, followed by a suffix that no other process has. No two
    /// copies may have the same.
    /// </value>
    public string Identity { get; set; } = DefaultIdentity;

    /// <summary>How long the others wait, after the last sign of life of the copy that leads, before one of them takes its place.</summary>
    /// <value>15 s by default; whole seconds, at least 1, at most 1 hour.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the copy that leads goes on acting after its last renewal. The rest of <see cref="LeaseDuration"/> is for requests that are
    /// still on their way, and for clocks of which one runs faster than the other.
    /// </summary>
    /// <value>10 s by default; more than <see cref="RetryPeriod"/>, at most nine tenths of <see cref="LeaseDuration"/>.</value>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the copy that leads renews the Lease, and the others look at it.</summary>
    /// <value>2 s by default; more than 0.</value>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    // The suffix is random, because everything else may be the same: two containers on one host's network have one host name, and often one
    // process id.
    private static string DefaultIdentity { get; } = $"{HostName}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private static string HostName =>
        Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName;

    /// <summary>The settings in a section of the configuration.</summary>
    internal SettingsTable<LeaderElectionOptions> Settings => SettingsTable
        .Of("LeaderElection", this, "How copies agree on the one that acts.")
        .Text("leaseName", "The name of the Lease.", o => o.LeaseName, (_, v) => Set(() => LeaseName = v))
        .Text(
            "namespace", "The namespace of the Lease.",
            o => o.Namespace, (_, v) => Set(() => Namespace = v.Length == 0 ? null : v), none: _ => Set(() => Namespace = null))
        .Text("identity", "What this copy is called in the Lease.", o => o.Identity, (_, v) => Set(() => Identity = v))
        .Duration(
            "leaseDuration", "How long the others wait for a sign of life.",
            o => o.LeaseDuration, (_, v) => Set(() => LeaseDuration = v))
        .Duration(
            "renewDeadline", "How long a copy acts after its last renewal.",
            o => o.RenewDeadline, (_, v) => Set(() => RenewDeadline = v))
        .Duration("retryPeriod", "How often the Lease is renewed or looked at.", o => o.RetryPeriod, (_, v) => Set(() => RetryPeriod = v));

    /// <summary>What is wrong, a sentence for each setting; empty if nothing is.</summary>
    internal List<string> Errors()
    {
        const double LargestShare = 0.9;
        var errors = new SettingErrors();
        var longest = LeaseDuration * LargestShare;
        var seconds = LeaseDuration > TimeSpan.Zero
            && LeaseDuration <= LongestDuration
            && LeaseDuration.Ticks % TimeSpan.TicksPerSecond == 0;
        errors.Check(nameof(LeaseName), LeaseName, KubernetesName.IsSubdomain(LeaseName), "a Kubernetes name");
        errors.Check(
            nameof(Namespace), Namespace, Namespace is null || KubernetesName.IsLabel(Namespace), "a namespace's name, or not set");
        errors.Check(nameof(Identity), Identity, !string.IsNullOrWhiteSpace(Identity), "a name that no other copy has");
        errors.Check(nameof(LeaseDuration), LeaseDuration, seconds, "whole seconds, at least 1 and at most 1 hour");
        errors.Check(nameof(RetryPeriod), RetryPeriod, Bounds.PositiveTime);
        errors.Check(
            nameof(RenewDeadline),
            RenewDeadline,
            RenewDeadline > RetryPeriod,
            $"more than {nameof(RetryPeriod)} ({Phrase.Exact(RetryPeriod)})");
        errors.Check(
            nameof(RenewDeadline),
            RenewDeadline,
            RenewDeadline <= longest,
            $"at most nine tenths of {nameof(LeaseDuration)} ({Phrase.Exact(longest)})");
        return errors.Sentences;
    }

    private LeaderElectionOptions Set(Action set)
    {
        set();
        return this;
    }
}
