using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoScaling.AspNetCore.Following;
using AutoScaling.AspNetCore.Guarding;
using AutoScaling.AspNetCore.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoScaling.AspNetCore.Endpoints;

/// <summary>
/// What is sent as it happens, by server-sent events: every evaluation to programs, what is looked at to pages. Nobody is waited for.
/// </summary>
internal sealed class LiveEndpoints(
    IAutoScaler autoScaler,
    Views views,
    History history,
    ControlRights rights,
    AutoScalingEndpointOptions options,
    TimeProvider time,
    CancellationToken stopping)
{
    // So often something is sent even if nothing happened: who is gone is noticed, and proxies keep the connection.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly Places _places = new(options.MaxViewers);

    public void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("stream", Stream).WithTags("AutoScaling").Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary(
                "Every evaluation of one target, or of all, as server-sent events: those that are kept first, then each as it ends.")
            .WithDescription(
                "First comes an event 'ready', then 'record' for each evaluation. Who reads too slowly is dropped, and may connect again.");
        if (!options.Dashboard) return;
        group.MapGet("view", ViewList).ExcludeFromDescription();
        group.MapGet("view/live", LiveList).ExcludeFromDescription();
        group.MapGet("view/target", ViewTarget).ExcludeFromDescription();
        group.MapGet("view/target/live", LiveTarget).ExcludeFromDescription();
    }

    private IResult Stream(HttpContext context, string? name) =>
        Live(context, stop => Records(autoScaler.WatchAsync(name is null ? null : new ScalingTarget(name), stop), stop));

    private JsonAnswer ViewList(string? search, string? standing, int? offset, int? limit)
    {
        var view = views.List(Window.Of(search, standing, offset, limit));
        return new(writer => JsonSerializer.Serialize(writer, view, WireJson.Of<ListView>()));
    }

    private IResult LiveList(HttpContext context, string? search, string? standing, int? offset, int? limit)
    {
        var window = Window.Of(search, standing, offset, limit);
        return Live(context, stop => Updates(() => JsonSerializer.Serialize(views.List(window), WireJson.Of<ListView>()), stop));
    }

    private async Task<IResult> ViewTarget(HttpContext context, string name)
    {
        var view = views.Target(name, time.GetUtcNow(), await rights.MayAsync(context).ConfigureAwait(false));
        return new JsonAnswer(writer => JsonSerializer.Serialize(writer, view, WireJson.Of<TargetView>()));
    }

    private async Task<IResult> LiveTarget(HttpContext context, string name)
    {
        var may = await rights.MayAsync(context).ConfigureAwait(false);
        autoScaler.GetStatus(name);
        return Live(context, stop => Updates(
            () => autoScaler.TryGetStatus(name, out _)
                ? JsonSerializer.Serialize(views.Target(name, time.GetUtcNow(), may), WireJson.Of<TargetView>())
                : null,
            stop));
    }

    private IResult Live(HttpContext context, Func<CancellationToken, IAsyncEnumerable<SseItem<string>>> follow)
    {
        if (!_places.TryTake())
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "Too many follow already.",
                $"MaxViewers is {options.MaxViewers}, and as many follow live. Close a page, or raise it.");
        }

        // A host that stops does not wait for those who follow.
        var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.OnCompleted(() =>
        {
            ends.Dispose();
            _places.Leave();
            return Task.CompletedTask;
        });
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(follow(ends.Token));
    }

    private static async IAsyncEnumerable<SseItem<string>> Records(
        IAsyncEnumerable<ScalingRecord> records, [EnumeratorCancellation] CancellationToken stop)
    {
        // At once, so that who connects knows that it has, though nothing may be evaluated for long.
        yield return new("{}", "ready");
        var each = records.GetAsyncEnumerator(stop);
        await using (each.ConfigureAwait(false))
        {
            while (await NextAsync(each).ConfigureAwait(false))
            {
                yield return new(JsonSerializer.Serialize(each.Current, WireJson.Of<ScalingRecord>()), "record");
            }
        }
    }

    /// <returns>Whether there is one; not if the reader was too slow, or all ends.</returns>
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ScalingRecord> records)
    {
        try
        {
            return await records.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ScalingException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What is looked at, now and whenever anything was evaluated, but no more often than an update interval.</summary>
    private async IAsyncEnumerable<SseItem<string>> Updates(Func<string?> view, [EnumeratorCancellation] CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.UpdateInterval, time);
        var (seen, sentAt) = (-1L, 0L);
        do
        {
            var version = history.Version;
            if (seen == version && time.GetElapsedTime(sentAt) < Beat) continue;
            (seen, sentAt) = (version, time.GetTimestamp());
            if (view() is not { } text) yield break;
            yield return new(text, "view");
        }
        while (await TickAsync(timer, stop).ConfigureAwait(false));
    }

    private static async ValueTask<bool> TickAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
