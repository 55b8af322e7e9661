using System.Text.Json;
using AutoScaling.AspNetCore.Following;
using AutoScaling.AspNetCore.Guarding;
using AutoScaling.AspNetCore.Wire;
using AutoScaling.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>What steers: each says who did it, in the log, and in the override where there is one.</summary>
internal sealed class ControlEndpoints(IAutoScaler autoScaler, Board board, IEnumerable<RuleType> ruleTypes, ILogger logger)
{
    private readonly RuleType[] _ruleTypes = [.. ruleTypes];

    public void Map(IEndpointRouteBuilder group)
    {
        Describe<PauseBody>(
            group.MapPost("pause", (Delegate)PauseAsync), "Pauses a target, both ways or one, until a time or until it is resumed.");
        Describe<HoldBody>(group.MapPost("hold", (Delegate)HoldAsync), "Holds a target at a count, until a time or until it is resumed.");
        Describe<TargetBody>(group.MapPost("resume", (Delegate)ResumeAsync), "Takes back what was paused or held.");
        Describe<ScaleBody>(group.MapPost("scale", (Delegate)ScaleAsync), "Scales a target once, inside its range.");
        Describe<TargetBody>(group.MapPost("evaluate", (Delegate)EvaluateAsync), "Evaluates a target now.");
        Describe<ShadowBody>(
            group.MapPut("shadow", (Delegate)SetShadowAsync),
            "Lets a candidate decide beside the policy: what it says differently, by the paths of settings.");
        group.MapDelete("shadow", RemoveShadowAsync).WithTags("AutoScaling").Produces<DoneBody>()
            .ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Forgets a candidate.");
    }

    private static void Describe<TBody>(RouteHandlerBuilder endpoint, string summary)
        where TBody : notnull =>
        endpoint.WithTags("AutoScaling").WithSummary(summary).Accepts<TBody>("application/json").Produces<DoneBody>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status502BadGateway);

    private async Task<IResult> PauseAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<PauseBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "pause", async (by, stop) =>
        {
            await autoScaler.PauseAsync(body.Target, KindOf(body.Kind), body.Until, body.Reason, by, stop).ConfigureAwait(false);
            return $"{autoScaler.GetStatus(body.Target).Override}.";
        }).ConfigureAwait(false);
    }

    private static ScalingOverrideKind KindOf(string? kind) => kind switch
    {
        null or "pause" => ScalingOverrideKind.Pause,
        "pauseScaleUp" => ScalingOverrideKind.PauseScaleUp,
        "pauseScaleDown" => ScalingOverrideKind.PauseScaleDown,
        _ => throw Bounds.Broken("Kind of a pause", "pause, pauseScaleUp or pauseScaleDown", kind),
    };

    private async Task<IResult> HoldAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<HoldBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "hold", async (by, stop) =>
        {
            await autoScaler.HoldAsync(body.Target, body.Replicas, body.Until, body.Reason, by, stop).ConfigureAwait(false);
            return $"{autoScaler.GetStatus(body.Target).Override}.";
        }).ConfigureAwait(false);
    }

    private async Task<IResult> ResumeAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<TargetBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "resume", async (_, stop) =>
        {
            await autoScaler.ResumeAsync(body.Target, stop).ConfigureAwait(false);
            return "Resumed.";
        }).ConfigureAwait(false);
    }

    private async Task<IResult> ScaleAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<ScaleBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "scale", async (by, stop) =>
        {
            var outcome = await autoScaler.ScaleAsync(body.Target, body.Replicas, body.Reason, by, stop).ConfigureAwait(false);
            var count = Phrase.Replicas(body.Replicas);
            return outcome.Kind == ScaleOutcomeKind.Unchanged ? $"It had {count} already." : $"Scaled to {count}.";
        }).ConfigureAwait(false);
    }

    private async Task<IResult> EvaluateAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<TargetBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "evaluate", async (_, stop) =>
            (await autoScaler.EvaluateAsync(body.Target, stop).ConfigureAwait(false)).Explain()).ConfigureAwait(false);
    }

    private async Task<IResult> SetShadowAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, WireJson.Of<ShadowBody>()).ConfigureAwait(false);
        return await DoAsync(context, body.Target, "set a shadow of", (_, _) =>
        {
            var policy = autoScaler.GetStatus(body.Target).Policy with { Shadows = [] };
            foreach (var (path, value) in body.Changes) policy = PolicyDocument.With(policy, path, value, _ruleTypes);
            autoScaler.SetShadow(body.Name, policy);
            return Task.FromResult($"Shadow '{body.Name}' decides beside the policy from the next evaluation on.");
        }).ConfigureAwait(false);
    }

    private Task<IResult> RemoveShadowAsync(HttpContext context, string target, string name) =>
        DoAsync(context, target, "remove a shadow of", (_, _) =>
        {
            autoScaler.RemoveShadow(target, name);
            return Task.FromResult($"Shadow '{name}' is gone.");
        });

    private async Task<IResult> DoAsync(
        HttpContext context, string target, string action, Func<string, CancellationToken, Task<string>> act)
    {
        var by = Who.Of(context.User);
        try
        {
            var said = await act(by, context.RequestAborted).ConfigureAwait(false);
            Log.Done(logger, by, action, target, said);
            board.Refresh();
            return new JsonAnswer(writer => JsonSerializer.Serialize(writer, new DoneBody(said), WireJson.Of<DoneBody>()));
        }
        catch (ScalingException e)
        {
            Log.Refused(logger, by, action, target, e.Message);
            throw;
        }
    }
}
