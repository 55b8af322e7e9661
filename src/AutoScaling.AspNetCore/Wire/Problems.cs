using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AutoScaling.AspNetCore.Wire;

/// <summary>What goes wrong as problem details (RFC 9457), in the sentences of the exceptions.</summary>
internal static class Problems
{
    /// <summary>An answer with a sentence.</summary>
    public static IResult Of(int status, string title, string detail, string? kind = null, string[]? errors = null) => new JsonAnswer(
        writer =>
        {
            var problem = new ProblemDetails { Status = status, Title = title, Detail = detail };
            if (kind is not null) problem.Extensions["kind"] = kind;
            if (errors is { Length: > 1 }) problem.Extensions["errors"] = errors;
            JsonSerializer.Serialize(writer, problem, WireJson.Of<ProblemDetails>());
        },
        status,
        "application/problem+json");

    /// <summary>The answer to an exception of the autoscaler.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="leads">Whether this copy leads, or is alone; asked where it matters.</param>
    public static IResult Of(ScalingException e, Func<bool> leads)
    {
        var kind = JsonNamingPolicy.CamelCase.ConvertName($"{e.Kind}");
        return e.Kind switch
        {
            ScalingErrorKind.PolicyNotFound => Of(StatusCodes.Status404NotFound, "There is no such policy.", e.Message, kind),
            ScalingErrorKind.InvalidConfiguration => Of(
                StatusCodes.Status400BadRequest, "What was asked for breaks a rule.", e.Message, kind, [.. e.Errors]),
            ScalingErrorKind.MetricsUnavailable => Of(
                StatusCodes.Status503ServiceUnavailable, "Metrics cannot be read.", e.Message, kind),
            _ when !leads() => Of(StatusCodes.Status409Conflict, "Another copy leads.", e.Message, kind),
            _ => Of(StatusCodes.Status502BadGateway, "It was not carried out.", e.Message, kind),
        };
    }
}
