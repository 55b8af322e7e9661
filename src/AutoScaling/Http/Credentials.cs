using System.Net.Http.Headers;
using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Http;

/// <summary>Who asks a server. Tokens and passwords in files are read anew each time, because others renew them.</summary>
internal sealed class Credentials
{
    private const int MostBytes = 64 * 1024;

    private readonly HttpOptions _options;

    /// <summary>Checks what the options say of it.</summary>
    /// <exception cref="ScalingException">It contradicts itself (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public Credentials(HttpOptions options)
    {
        _options = options;
        List<string> ways = [];
        if (options.Token is not null) ways.Add(nameof(options.Token));
        if (options.TokenFile is not null) ways.Add(nameof(options.TokenFile));
        if (options.User is not null) ways.Add(nameof(options.User));
        if (ways.Count > 1)
            throw ScalingException.Invalid(
                $"Only one of Token, TokenFile and User must be set, but {SettingValues.Enumerate(ways, "and")} are.");
        if (options.User is null && (options.Password ?? options.PasswordFile) is not null)
            throw ScalingException.Invalid("User must be set beside Password or PasswordFile, but is not.");
        if (options is { Password: not null, PasswordFile: not null })
            throw ScalingException.Invalid("Only one of Password and PasswordFile must be set, but both are.");
        if (options.User?.Contains(':') == true) throw Bounds.Broken(nameof(options.User), "a name without ':'", options.User);
        if (options.Token is { } token && !IsOneWord(token))
            throw ScalingException.Invalid(
                "Token must be one word without blanks and control characters, but is not (it is not shown here).");
    }

    /// <summary>Whether a text is a token as names of headers and methods are. Source: RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    /// <summary>The header that is sent, and what of it is secret.</summary>
    /// <exception cref="ScalingException">A file cannot be read (<see cref="ScalingErrorKind.MetricsUnavailable"/>).</exception>
    public async ValueTask<(AuthenticationHeaderValue? Header, string[] Secrets)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_options.Token is { } token) return (new("Bearer", token), [token]);
        if (_options.TokenFile is { } file)
        {
            var read = await ReadFileAsync(nameof(_options.TokenFile), file, cancellationToken).ConfigureAwait(false);
            return IsOneWord(read)
                ? (new("Bearer", read), [read])
                : throw Unreadable(nameof(_options.TokenFile), file, "it does not hold one word");
        }

        if (_options.User is not { } user) return (null, []);
        var password = _options.PasswordFile is { } path
            ? await ReadFileAsync(nameof(_options.PasswordFile), path, cancellationToken).ConfigureAwait(false)
            : _options.Password ?? "";
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return (new("Basic", basic), [password, basic]);
    }

    private static bool IsOneWord(string text) => text.Length > 0 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static async Task<string> ReadFileAsync(string setting, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw Unreadable(setting, path, $"it has more than {Phrase.Exact(MostBytes)} bytes");
            return (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(setting, path, Phrase.Of(e));
        }
    }

    private static ScalingException Unreadable(string setting, string path, string why) =>
        new(ScalingErrorKind.MetricsUnavailable, $"{setting} '{path}' cannot be used: {why}");
}
