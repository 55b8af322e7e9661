using Microsoft.AspNetCore.Http.Metadata;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>Stands in the metadata of every endpoint of one call of <c>MapAutoScaling</c>.</summary>
/// <param name="Owner">That call.</param>
/// <param name="Prefix">Its path, for sentences.</param>
/// <param name="IsControl">Whether the endpoint changes something.</param>
internal sealed record EndpointMark(object Owner, string Prefix, bool IsControl) : IRequestSizeLimitMetadata
{
    /// <summary>What is sent is short.</summary>
    public long? MaxRequestBodySize => 64 * 1024;
}

/// <summary>Stands in the metadata of control that was said to need no user.</summary>
internal sealed class AnonymousControl;
