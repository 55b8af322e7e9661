using System.Net.Http.Headers;
using System.Text;
using AutoScaling.Prometheus.Primitives;

namespace AutoScaling.Prometheus.Client;

/// <summary>Who asks, as the <c>Authorization</c> header says it. Thread-safe.</summary>
internal sealed class Credentials
{
    private readonly Func<string>? _token;
    private readonly Func<string>? _password;
    private readonly string _user = "";

    // Everything secret that a request holds, but for what is in files.
    private readonly List<string> _secrets;

    public Credentials(PrometheusOptions options, TimeProvider time)
    {
        _token = Secret("the token", options.BearerToken, options.BearerTokenFile, time);
        if (options.Username is not null) _user = options.Username;
        _password = Secret("the password", options.Password, options.PasswordFile, time);
        _secrets = [.. options.Headers.Values, .. options.Parameters.Values];
    }

    /// <summary>The header; <see langword="null"/> if none is needed.</summary>
    /// <exception cref="PrometheusException">A file cannot be read.</exception>
    public AuthenticationHeaderValue? Header() =>
        _token is not null ? new("Bearer", _token())
        : _password is not null ? new("Basic", Basic())
        : null;

    /// <summary>What a server said, without any secret that it may have repeated.</summary>
    public string Hide(string text)
    {
        List<string> secrets = [.. _secrets];
        if (_token is not null) secrets.Add(_token());
        if (_password is not null) secrets.AddRange(_password(), Basic());

        // A short value is part of too many words: "true" is no secret.
        foreach (var secret in secrets.Where(s => s.Length >= 6)) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    private string Basic() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user}:{_password!()}"));

    private static Func<string>? Secret(string what, string? given, string? path, TimeProvider time)
    {
        if (given is not null) return () => given;
        return path is null ? null : new SecretFile(what, path, time).Read;
    }
}
