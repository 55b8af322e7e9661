using System.CommandLine;
using System.Text;

namespace AutoScaling.Tool.Input;

/// <summary>Servers that a user names, and who asks them.</summary>
internal static class Servers
{
    /// <summary>An option for a server's address.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="example">An address, in the message about one that is none.</param>
    public static Option<Uri?> Address(string name, string description, string example) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = r =>
        {
            if (Uri.TryCreate(r.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            r.AddError($"{name} must be an address such as {example}, but is '{r.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>An address that others are relative to: it ends in a slash, and has nothing behind its path.</summary>
    public static Uri Folder(Uri address) => new($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/");

    /// <summary>The options that say who asks. Nothing of it is ever told: neither in a sentence nor to another server.</summary>
    /// <param name="what">What is asked, as a word.</param>
    /// <param name="followsRedirects">Whether the server may send elsewhere; not with headers, which would go along.</param>
    public sealed class Access(string what, bool followsRedirects)
    {
        public Option<string?> TokenFile { get; } = new("--token-file")
        {
            Description = $"A file with a bearer token for the {what}; a user and a password stand in its address",
            HelpName = "FILE",
        };

        public Option<string[]> Headers { get; } = new("--header")
        {
            Description = $"A header for the {what}, such as 'X-Api-Key: ...'; can be given several times",
            HelpName = "'NAME: VALUE'",
        };

        /// <summary>A client for a server.</summary>
        /// <param name="parsed">The options.</param>
        /// <param name="address">The server; <see langword="null"/> if none is asked.</param>
        /// <exception cref="CommandException">An option is wrong.</exception>
        public HttpClient Client(ParseResult parsed, Uri? address)
        {
            var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = followsRedirects }) { BaseAddress = address };
            var headers = client.DefaultRequestHeaders;
            if (address?.UserInfo is { Length: > 0 } user) headers.Authorization = new("Basic", Base64(Uri.UnescapeDataString(user)));
            if (parsed.GetValue(TokenFile) is { } file)
                headers.Authorization = new("Bearer", Files.Read(file, "Token file", File.ReadAllText).Trim());
            foreach (var header in Given(parsed))
            {
                if (header.Split(':', 2) is not [var name, var value] || !headers.TryAddWithoutValidation(name.Trim(), value.Trim()))
                    throw new CommandException("--header must be a name and a value, such as 'X-Api-Key: abc', but one is not.");
            }

            return client;
        }

        // A command need not have the option.
        private string[] Given(ParseResult parsed) =>
            parsed.CommandResult.Command.Options.Contains(Headers) ? parsed.GetValue(Headers) ?? [] : [];

        private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }
}
