using System.Collections.Immutable;
using AutoScaling.Http;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>How a server is asked for metrics or to scale. Immutable and thread-safe.</summary>
/// <remarks>
/// Secrets are hidden in every sentence that quotes the server. Redirects are not followed: they would carry the credentials elsewhere.
/// </remarks>
public sealed record HttpOptions
{
    private static readonly Bounds<int> Bytes = new(1, 1 << 30);

    internal static HttpOptions Usual { get; } = new();

    /// <summary>Headers of every request: <c>X-Scope-OrgID</c>.</summary>
    /// <value>None by default. Values of 4 characters and more count as secrets.</value>
    /// <exception cref="ScalingException">
    /// A name is no token, or a value has a control character (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public ImmutableDictionary<string, string> Headers
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var (name, text) in value)
            {
                if (!Credentials.IsToken(name)) throw Bounds.Broken(nameof(Headers), "names of HTTP headers, with their values", name);

                // The value may be a secret, and is not quoted.
                if (text?.Any(char.IsControl) != false)
                    throw ScalingException.Invalid(
                        $"Headers must have values without control characters, but the one of '{name}' is not so.");
            }

            field = value;
        }
    } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A token that is sent as <c>Authorization: Bearer</c>.</summary>
    /// <value><see langword="null"/> by default: none.</value>
    public string? Token { get; init; }

    /// <summary>The file that holds that token. It is read anew for each request, so that a renewed one is used at once.</summary>
    /// <value><see langword="null"/> by default: none. A relative path starts at the host's current directory.</value>
    public string? TokenFile { get; init; }

    /// <summary>The user of basic authentication.</summary>
    /// <value><see langword="null"/> by default: none. Without a colon.</value>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    /// <value><see langword="null"/> by default: an empty one, or the one of <see cref="PasswordFile"/>.</value>
    public string? Password { get; init; }

    /// <summary>The file that holds the user's password. It is read anew for each request.</summary>
    /// <value><see langword="null"/> by default: none. A relative path starts at the host's current directory.</value>
    public string? PasswordFile { get; init; }

    /// <summary>How long a request may take, with its answer.</summary>
    /// <value>
    /// 4 seconds by default: less than the half of <see cref="AutoScalingOptions.EvaluationTimeout"/> that an evaluation waits, so that the
    /// sentence is about the server. More than 0 and at most 1 hour.
    /// </value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan Timeout
    {
        get;
        init => field = Bounds.WithinAnHour.Check(value, nameof(Timeout));
    } = TimeSpan.FromSeconds(4);

    /// <summary>How many requests are under way at once; others wait for their turn, in the order in which they came.</summary>
    /// <value>32 by default; at least 1.</value>
    /// <exception cref="ScalingException">It is less than 1 (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public int MaxConcurrency
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, nameof(MaxConcurrency));
    } = 32;

    /// <summary>How many bytes of an answer are read; a longer answer is no answer.</summary>
    /// <value>1 MiB by default; at least 1 and at most 1 GiB.</value>
    /// <exception cref="ScalingException">It is outside these bounds (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public int MaxAnswerBytes
    {
        get;
        init => field = Bytes.Check(value, nameof(MaxAnswerBytes));
    } = 1 << 20;

    /// <summary>The options without anything secret.</summary>
    public override string ToString() => $"at most {MaxConcurrency} at once, {Phrase.Exact(Timeout)} each";
}
