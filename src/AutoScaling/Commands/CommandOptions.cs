using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>How programs are run that read and scale for the host. Immutable and thread-safe.</summary>
/// <remarks>
/// A program gets no standard input, and the host's environment. Linux and macOS. Its process group is killed, with the children that are
/// still in it, when it takes too long.
/// </remarks>
public sealed record CommandOptions
{
    private static readonly Bounds<int> Bytes = new(1, 1 << 30);

    internal static CommandOptions Usual { get; } = new();

    /// <summary>How long a program may run before it is killed.</summary>
    /// <value>
    /// 4 seconds by default: less than the half of <see cref="AutoScalingOptions.EvaluationTimeout"/> that an evaluation waits, so that the
    /// sentence is about the program. More than 0 and at most 1 hour.
    /// </value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan Timeout
    {
        get;
        init => field = Bounds.WithinAnHour.Check(value, nameof(Timeout));
    } = TimeSpan.FromSeconds(4);

    /// <summary>How many programs run at once; other calls wait for their turn, in the order in which they came.</summary>
    /// <value>8 by default; at least 1.</value>
    /// <exception cref="ScalingException">It is less than 1 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public int MaxConcurrency
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, nameof(MaxConcurrency));
    } = 8;

    /// <summary>How many bytes of a program's output are read; a longer answer is no answer.</summary>
    /// <value>1 MiB by default; at least 1 and at most 1 GiB. Of what it writes to standard error, 64 KiB are read.</value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public int MaxOutputBytes
    {
        get;
        init => field = Bytes.Check(value, nameof(MaxOutputBytes));
    } = 1 << 20;

    /// <summary>The directory in which programs run.</summary>
    /// <value><see langword="null"/>, the default, for the host's current directory.</value>
    /// <exception cref="ScalingException">It is empty or holds a control character
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string? WorkingDirectory
    {
        get;
        init => field = value is null || (value.Length > 0 && !value.Any(char.IsControl))
            ? value
            : throw Bounds.Broken(nameof(WorkingDirectory), "a path without control characters", value);
    }

    /// <summary>Environment variables that are added to the host's, or replace them: the place for passwords.</summary>
    /// <value>None by default. Values of 4 characters and more are hidden in every sentence that quotes a program.</value>
    /// <exception cref="ScalingException">
    /// A name is empty or has a '=', or a name or a value has a NUL (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public ImmutableDictionary<string, string> Environment
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var (name, text) in value)
            {
                if (name.Length == 0 || name.Contains('=') || name.Contains('\0'))
                    throw ScalingException.Invalid($"Environment must have names that are not empty and have no '=', but one is '{name}'.");

                // The value may be a secret, and is not quoted.
                if (text?.Contains('\0') != false)
                    throw ScalingException.Invalid(
                        $"Environment must have values that are text without NUL, but the one of '{name}' is not.");
            }

            field = value;
        }
    } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The options without the environment, which may hold passwords.</summary>
    public override string ToString() => $"at most {MaxConcurrency} at once, {Phrase.Exact(Timeout)} each";
}
