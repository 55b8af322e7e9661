namespace AutoScaling;

/// <summary>Which requests read and change the count of a target's replicas. Immutable and thread-safe.</summary>
public sealed record HttpScalerOptions
{
    /// <summary>The URL that tells the count of replicas, by GET; <c>{target}</c> in its path or query is the target's name,
    /// escaped.</summary>
    /// <value>
    /// Begins with http:// or https://. Without <c>{target}</c> it is asked for once for all targets, and the pointers name the target's
    /// part.
    /// </value>
    public required string ReplicasUrl { get; init; }

    /// <summary>Where the wanted count stands in that answer, as a JSON pointer (RFC 6901) that may hold <c>{target}</c>.</summary>
    /// <value><see langword="null"/> by default: the whole answer is the number.</value>
    public string? DesiredPointer { get; init; }

    /// <summary>Where the count of replicas that serve stands in that answer.</summary>
    /// <value><see langword="null"/> by default: all count as ready. Needs <see cref="DesiredPointer"/>.</value>
    public string? ReadyPointer { get; init; }

    /// <summary>Where the count of replicas that start stands in that answer.</summary>
    /// <value><see langword="null"/> by default: those that are not ready count as starting. Needs <see cref="DesiredPointer"/>.</value>
    public string? StartingPointer { get; init; }

    /// <summary>
    /// The URL that changes the count: <c>{target}</c> is the target's name, <c>{replicas}</c> the count to have, <c>{from}</c> the count
    /// that was decided for.
    /// </summary>
    /// <value>Begins with http:// or https://. It answers 2xx when the new count is written.</value>
    public required string ScaleUrl { get; init; }

    /// <summary>The method of that request.</summary>
    /// <value><c>PUT</c> by default.</value>
    public string ScaleMethod { get; init; } = "PUT";

    /// <summary>The text that is sent with it, with the same templates: <c>{"replicas": {replicas}}</c>.</summary>
    /// <value>
    /// <see langword="null"/> by default: none. The target's name is escaped for JSON or for a form, if <see cref="ScaleContentType"/> says
    /// that it is one.
    /// </value>
    public string? ScaleBody { get; init; }

    /// <summary>What kind of text that is.</summary>
    /// <value><c>application/json</c> by default.</value>
    public string ScaleContentType { get; init; } = "application/json";

    /// <summary>How the server is asked.</summary>
    /// <value>Without credentials, 4 seconds each, 32 at once by default.</value>
    public HttpOptions Http { get; init; } = HttpOptions.Usual;

    /// <summary>How the server is asked; URLs and the text that is sent may hold a key.</summary>
    public override string ToString() => $"by {ScaleMethod}, {Http}";
}
