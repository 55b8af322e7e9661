using System.Net;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>One thing that a watch says.</summary>
/// <typeparam name="TItem">What is watched.</typeparam>
internal sealed class WatchEvent<TItem>
    where TItem : class
{
    public string? Type { get; set; }

    /// <summary>The thing after the change; of a bookmark only its version, of an error why there is no more.</summary>
    public TItem? Object { get; set; }

    /// <summary>What a list or an error begins with that is sent in place of a watch, and what follows may be large.</summary>
    /// <exception cref="ApiException">It is set.</exception>
    public string? Kind
    {
        get;
        set => throw new ApiException($"it answers with a {field = value} in place of changes", HttpStatusCode.MethodNotAllowed);
    }
}
