namespace AutoScaling.Http;

/// <summary>A request as it is sent for one target.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">Where to.</param>
/// <param name="Template">What the URL was made of.</param>
/// <param name="Body">What is sent; <see langword="null"/> for nothing.</param>
/// <param name="ContentType">What kind of text that is.</param>
internal sealed record HttpCall(HttpMethod Method, Uri Url, UrlTemplate Template, string? Body = null, string? ContentType = null)
{
    /// <summary>The request in sentences.</summary>
    public string Name => $"{Method} {Template.Shown}";
}
