using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.AspNetCore.Wire;

/// <summary>An answer that is written as JSON, without looking at the host's settings.</summary>
/// <param name="write">Writes it.</param>
/// <param name="status">The status code.</param>
/// <param name="type">The type of its content.</param>
internal sealed class JsonAnswer(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK, string type = "application/json")
    : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = type;
        var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        await using (writer.ConfigureAwait(false))
        {
            write(writer);
            await writer.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
