using System.Text.Json;
using AutoScaling.AspNetCore.Wire;
using AutoScaling.Primitives;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>
/// What holds for every endpoint: headers that keep answers to who asked, exceptions as problem details, no cross-site control.
/// </summary>
internal sealed class GuardFilter(IAutoScaler autoScaler, bool isControl) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (isControl && CrossSite.Refusal(http.Request) is { } refusal)
            return Problems.Of(StatusCodes.Status403Forbidden, "It came from another site.", refusal);

        // So says the binding of the query, without a word.
        if (http.Response.StatusCode == StatusCodes.Status400BadRequest)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                "What was asked for cannot be read.",
                "A value of the query is missing, or is not what it must be: a name is a text, and offset and limit are whole numbers.");
        }

        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (ScalingException e)
        {
            return Problems.Of(e, () => autoScaler.GetStatus().Leadership is not { Leads: false });
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            var status = e is BadHttpRequestException { StatusCode: var code } ? code : StatusCodes.Status400BadRequest;
            return Problems.Of(status, "What was sent cannot be read.", $"The body cannot be read: {Phrase.Of(e)}.");
        }
    }
}
