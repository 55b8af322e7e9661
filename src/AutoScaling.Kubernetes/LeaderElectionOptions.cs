using System.Globalization;
using System.Security.Cryptography;

namespace AutoScaling.Kubernetes;

/// <summary>How several copies of the autoscaler agree on the one that acts. Checked when the host starts.</summary>
/// <remarks>The defaults are those of Kubernetes' own controllers: a copy that dies is replaced within 18 s, one that stops cleanly within 2 s.</remarks>
public sealed class LeaderElectionOptions
{
    /// <summary>The name of the Lease.</summary>
    /// <value><c>autoscaling</c> by default; a Kubernetes name.</value>
    public string LeaseName { get; set; } = "autoscaling";

    /// <summary>The namespace of the Lease.</summary>
    /// <value><see langword="null"/> by default: the namespace of targets that name none.</value>
    public string? Namespace { get; set; }

    /// <summary>What this copy is called in the Lease.</summary>
    /// <value>By default the environment variable <c>POD_NAME</c>, or the host's name, followed by a suffix that no other process has. No two copies may have the same.</value>
    public string Identity { get; set; } = DefaultIdentity;

    /// <summary>How long the others wait, after the last sign of life of the copy that leads, before one of them takes its place.</summary>
    /// <value>15 s by default; whole seconds, at least 1, at most 1 hour.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the copy that leads goes on acting after its last renewal. What is left of <see cref="LeaseDuration"/> is for what is still on its way, and for clocks that do not run alike.</summary>
    /// <value>10 s by default; more than <see cref="RetryPeriod"/>, at most nine tenths of <see cref="LeaseDuration"/>.</value>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the copy that leads renews the Lease, and the others look at it.</summary>
    /// <value>2 s by default; more than 0.</value>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    // Chance, because nothing else is sure to differ: in two containers on one host's network, the host's name and the process id are the same.
    private static string DefaultIdentity { get; } =
        $"{(Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName)}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>Reads the settings of a section of the configuration.</summary>
    internal LeaderElectionOptions Read(SettingsReader settings)
    {
        LeaderElectionOptions Set(Action set)
        {
            set();
            return this;
        }

        settings.Text("leaseName", this, (o, v) => Set(() => o.LeaseName = v));
        settings.Text("namespace", this, (o, v) => Set(() => o.Namespace = v.Length == 0 ? null : v), none: o => Set(() => o.Namespace = null));
        settings.Text("identity", this, (o, v) => Set(() => o.Identity = v));
        settings.Duration("leaseDuration", this, (o, v) => Set(() => o.LeaseDuration = v));
        settings.Duration("renewDeadline", this, (o, v) => Set(() => o.RenewDeadline = v));
        return settings.Duration("retryPeriod", this, (o, v) => Set(() => o.RetryPeriod = v));
    }

    internal List<string> Errors()
    {
        const double LargestShare = 0.9;
        var errors = new List<string>();
        void Check(bool good, string setting, string rule, object? value)
        {
            if (!good) errors.Add(string.Create(CultureInfo.InvariantCulture, $"{setting} must be {rule}, but is {value}."));
        }

        var longest = LeaseDuration * LargestShare;
        Check(KubernetesName.IsSubdomain(LeaseName), nameof(LeaseName), "a Kubernetes name", $"'{LeaseName}'");
        Check(Namespace is null || KubernetesName.IsLabel(Namespace), nameof(Namespace), "a namespace's name, or not set", $"'{Namespace}'");
        Check(!string.IsNullOrWhiteSpace(Identity), nameof(Identity), "a name that no other copy has", $"'{Identity}'");
        Check(
            LeaseDuration.Ticks % TimeSpan.TicksPerSecond == 0 && LeaseDuration > TimeSpan.Zero && LeaseDuration <= TimeSpan.FromHours(1),
            nameof(LeaseDuration),
            "whole seconds, at least 1 and at most 1 hour",
            LeaseDuration);
        Check(RetryPeriod > TimeSpan.Zero, nameof(RetryPeriod), "more than 0", RetryPeriod);
        Check(RenewDeadline > RetryPeriod, nameof(RenewDeadline), $"more than {nameof(RetryPeriod)} ({RetryPeriod})", RenewDeadline);
        Check(RenewDeadline <= longest, nameof(RenewDeadline), $"at most nine tenths of {nameof(LeaseDuration)} ({longest})", RenewDeadline);
        return errors;
    }
}
