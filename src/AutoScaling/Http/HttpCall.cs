namespace AutoScaling.Http;

/// <summary>A request as it is sent for one target.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">Where to.</param>
/// <param name="Shown">The URL in sentences.</param>
/// <param name="Body">What is sent; <see langword="null"/> for nothing.</param>
/// <param name="ContentType">What kind of text that is.</param>
internal sealed record HttpCall(HttpMethod Method, Uri Url, string Shown, string? Body = null, string? ContentType = null)
{
    /// <summary>The request in sentences.</summary>
    public string Name => $"{Method} {Shown}";
}
