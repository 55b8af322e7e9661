using AutoScaling;
using AutoScaling.AspNetCore;
using AutoScaling.AspNetCore.Endpoints;
using AutoScaling.AspNetCore.Following;
using AutoScaling.AspNetCore.Guarding;
using AutoScaling.AspNetCore.Page;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

#pragma warning disable IDE0130 // Where users of routing look for it.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps the endpoints and the dashboard of the autoscaler.</summary>
public static class AutoScalingEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps endpoints that show how the autoscaler stands, a live stream of its evaluations, and a dashboard. Say who may see them, by
    /// <c>RequireAuthorization(...)</c> or <c>AllowAnonymous()</c>: a host that says neither does not start. What steers is mapped by
    /// <see cref="AutoScalingEndpointConventionBuilder.WithControl(string)"/> alone.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">The path under which all of them are.</param>
    /// <param name="configure">Sets what is shown and kept; <see langword="null"/>: nothing is changed.</param>
    /// <exception cref="ScalingException">
    /// <c>AddAutoScaling</c> was not called, or a setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static AutoScalingEndpointConventionBuilder MapAutoScaling(
        this IEndpointRouteBuilder endpoints, string prefix = "/autoscaling", Action<AutoScalingEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        var autoScaler = services.GetService<IAutoScaler>() ?? throw new ScalingException(
            ScalingErrorKind.InvalidConfiguration,
            $"MapAutoScaling(\"{prefix}\") needs services.AddAutoScaling(...), which was not called.");
        var options = new AutoScalingEndpointOptions();
        configure?.Invoke(options);
        var owner = new object();
        var time = services.GetRequiredService<TimeProvider>();
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AutoScalingEndpointOptions).Namespace!);
        var ruleTypes = services.GetServices<RuleType>();
        var history = new History(autoScaler, options);
        var board = new Board(autoScaler, history, options, time);

        var read = endpoints.MapGroup(prefix);
        Guard(read, new EndpointMark(owner, prefix, IsControl: false), autoScaler);
        new ReadEndpoints(autoScaler, board, ruleTypes).Map(read);
        new LiveEndpoints(
            autoScaler,
            new Views(autoScaler, board, history, options),
            history,
            new ControlRights(owner),
            options,
            time,
            lifetime.ApplicationStopping).Map(read);
        if (options.Dashboard)
        {
            PageFiles.Map(read);
            lifetime.ApplicationStarted.Register(() => _ = history.FollowAsync(lifetime.ApplicationStopping));
        }

        CheckAtStart(endpoints, owner, lifetime, logger);
        return new(read, () =>
        {
            var control = endpoints.MapGroup(prefix);
            Guard(control, new EndpointMark(owner, prefix, IsControl: true), autoScaler);
            new ControlEndpoints(autoScaler, board, ruleTypes, logger).Map(control);
            return control;
        });
    }

    private static void Guard(RouteGroupBuilder group, EndpointMark mark, IAutoScaler autoScaler)
    {
        group.WithMetadata(mark);
        group.AddEndpointFilter(new GuardFilter(autoScaler, mark.IsControl));
    }

    /// <summary>
    /// Checks that it is said who may see what. By then all is said: the pipeline of an application is built when its server starts, before
    /// it listens. Endpoints that are mapped elsewhere, as in a group, are checked when the host has started.
    /// </summary>
    private static void CheckAtStart(IEndpointRouteBuilder endpoints, object owner, IHostApplicationLifetime lifetime, ILogger logger)
    {
        var services = endpoints.ServiceProvider;
        if (endpoints is IApplicationBuilder application)
        {
            application.Use(next =>
            {
                AuthorizationRule.Check(services, owner);
                return next;
            });
            return;
        }

        lifetime.ApplicationStarted.Register(() =>
        {
            try
            {
                AuthorizationRule.Check(services, owner);
            }
            catch (ScalingException e)
            {
                Log.Stops(logger, e.Message);
                lifetime.StopApplication();
            }
        });
    }
}
