using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What becomes of the lines that a worker process writes to its standard output and error.</summary>
[JsonConverter(typeof(WordConverter<ProcessOutput>))]
public enum ProcessOutput
{
    /// <summary>
    /// They appear where the host's own output appears; nothing stands between, so a worker is never held up by the host.
    /// </summary>
    Inherit,

    /// <summary>
    /// They become log entries at level Debug; costs one thread for each process, and a logger that blocks holds the worker up.
    /// </summary>
    Log,

    /// <summary>They are thrown away.</summary>
    Discard,
}

/// <summary>How the replicas of one target are run as processes on this machine.</summary>
/// <remarks>
/// A worker has no standard input, and finds its replica's name in the environment variable <c>AUTOSCALING_REPLICA</c>. It is expected to
/// run until it is stopped: one that ends by itself, with whatever exit code, is started again. Processes that a worker starts are stopped
/// with it, unless they leave its process group. Behind a shell wrapper, start the worker with <c>exec</c>: CPU and memory are those of the
/// started process alone.
/// </remarks>
public sealed record ProcessSpec
{
    /// <summary>The environment variable in which a worker finds its replica's name, such as <c>web-0</c>.</summary>
    public const string ReplicaVariable = "AUTOSCALING_REPLICA";

    /// <summary>The target whose replicas these are.</summary>
    public required ScalingTarget Target { get; init; }

    /// <summary>The program.</summary>
    /// <value>A path (a relative one starts at the host's current directory), or a name to look for in <c>PATH</c>.</value>
    /// <exception cref="ScalingException">It is empty or holds a control character
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public required string FileName
    {
        get;
        init => field = !string.IsNullOrWhiteSpace(value)
            ? WithoutControls(nameof(FileName), value, char.IsControl)
            : throw Bounds.Broken(nameof(FileName), "a path or a program's name", value);
    }

    /// <summary>
    /// The program's arguments, each passed as it is. Everybody on the machine can read them: a password belongs into
    /// <see cref="Environment"/>.
    /// </summary>
    /// <value>None by default. None is null, or holds a control character other than a tab and the end of a line.</value>
    /// <exception cref="ScalingException">One breaks that rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public ImmutableArray<string> Arguments
    {
        get => field.IsDefault ? [] : field;
        init
        {
            foreach (var argument in value.IsDefault ? [] : value) WithoutControls(nameof(Arguments), argument, IsControlInText);
            field = value;
        }
    }

    /// <summary>The directory in which the program runs.</summary>
    /// <value><see langword="null"/>, the default, for the host's current directory.</value>
    /// <exception cref="ScalingException">It holds a control character (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string? WorkingDirectory
    {
        get;
        init => field = value is null ? null : WithoutControls(nameof(WorkingDirectory), value, char.IsControl);
    }

    /// <summary>Environment variables that are added to the host's, or replace them.</summary>
    /// <value>
    /// None by default. Names that shells do not know (<c>spring.profile</c>) need a shell that hands them on: bash, or the machine's own
    /// if it does.
    /// </value>
    /// <exception cref="ScalingException">
    /// A name is empty or contains '=', or a name or a value holds a control character
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public ImmutableDictionary<string, string> Environment
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var (name, text) in value)
            {
                if (name.Length == 0 || name.Contains('='))
                    throw ScalingException.Invalid($"Environment must have names that are not empty and have no '=', but one is '{name}'.");
                WithoutControls(nameof(Environment), name, char.IsControl);

                // The value may be a secret, and is not quoted.
                if (text?.Any(IsControlInText) != false)
                {
                    var trouble = text is null ? "is null" : "has one";
                    throw ScalingException.Invalid(
                        $"Environment must have values without control characters, but the one of '{name}' {trouble}.");
                }
            }

            field = value;
        }
    } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How long a process may take to end after SIGTERM, before it gets SIGKILL.</summary>
    /// <value>10 seconds by default; at least 0 and at most 1 day.</value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan Grace
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(Grace));
    } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process counts as starting, not as ready.</summary>
    /// <value>0 by default: it is ready at once; at least 0 and at most 1 day.</value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan StartupTime
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(StartupTime));
    }

    /// <summary>How long a process that ended by itself waits before it is started again.</summary>
    /// <value>1 second, doubling up to 60 seconds, by default.</value>
    public RestartBackoff RestartBackoff { get; init; } = RestartBackoff.Default;

    /// <summary>How many replicas the target has before the first scaling; they are started when the target is first looked at.</summary>
    /// <value>1 by default, so that there is something to measure; at least 0.</value>
    /// <exception cref="ScalingException">It is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public int InitialReplicas
    {
        get;
        init => field = Bounds.Count.Check(value, nameof(InitialReplicas));
    } = 1;

    /// <summary>What becomes of the lines that a process writes.</summary>
    /// <value><see cref="ProcessOutput.Inherit"/> by default.</value>
    public ProcessOutput Output { get; init; }

    /// <summary>The cores that one replica is meant to use: 100 percent in the metric <c>cpu</c>.</summary>
    /// <value>1 by default; more than 0.</value>
    /// <exception cref="ScalingException">It is not a number more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public double CpuRequest
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(CpuRequest));
    } = 1;

    /// <summary>The bytes that one replica is meant to use: 100 percent in the metric <c>memory</c>.</summary>
    /// <value>
    /// <see langword="null"/>, the default, if nothing is said, and then <c>memory</c> cannot be read; otherwise more than 0.
    /// </value>
    /// <exception cref="ScalingException">It is not more than 0 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public long? MemoryRequest
    {
        get;
        init => field = value is null or > 0 ? value : throw Bounds.Broken(nameof(MemoryRequest), "more than 0", value);
    }

    // The system ends every text at the first NUL; the others are nothing that a program expects.
    private static string WithoutControls(string setting, string? value, Func<char, bool> isControl) => value?.Any(isControl) == false
        ? value
        : throw ScalingException.Invalid($"{setting} must be text without control characters, but is {Phrase.Exact(value)}.");

    private static bool IsControlInText(char c) => char.IsControl(c) && c is not ('\t' or '\n' or '\r');
}
