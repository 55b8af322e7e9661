using AutoScaling.AspNetCore.Guarding;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace AutoScaling.AspNetCore;

/// <summary>What holds for the endpoints that one call of <c>MapAutoScaling</c> has mapped: who may see them, and who may steer.</summary>
public sealed class AutoScalingEndpointConventionBuilder : IEndpointConventionBuilder
{
    private readonly IEndpointConventionBuilder _read;
    private readonly Func<IEndpointConventionBuilder> _mapControl;
    private readonly List<Action<EndpointBuilder>> _conventions = [];
    private readonly List<Action<EndpointBuilder>> _last = [];
    private IEndpointConventionBuilder? _control;

    internal AutoScalingEndpointConventionBuilder(IEndpointConventionBuilder read, Func<IEndpointConventionBuilder> mapControl)
    {
        _read = read;
        _mapControl = mapControl;
    }

    /// <summary>
    /// Adds the endpoints that steer, for who satisfies an authorization policy: pause, hold, resume, scale, evaluate, shadows. They are
    /// not there otherwise. What is said of the other endpoints holds for them, too, but for <c>AllowAnonymous()</c>.
    /// </summary>
    /// <param name="policy">The name of the authorization policy.</param>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public AutoScalingEndpointConventionBuilder WithControl(string policy)
    {
        ArgumentException.ThrowIfNullOrEmpty(policy);
        return WithControl(control => control.RequireAuthorization(policy));
    }

    /// <summary>Adds the endpoints that steer, and says who may.</summary>
    /// <param name="authorize">
    /// Says it: <c>c => c.RequireAuthorization(...)</c>, or <c>c => c.AllowAnonymous()</c> if everybody may.
    /// </param>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public AutoScalingEndpointConventionBuilder WithControl(Action<IEndpointConventionBuilder> authorize)
    {
        ArgumentNullException.ThrowIfNull(authorize);
        if (_control is not null) throw new InvalidOperationException("WithControl must be called once, but was called before.");
        _control = _mapControl();
        foreach (var convention in _conventions) _control.Add(convention);
        foreach (var convention in _last) _control.Finally(convention);
        authorize(new Own(_control));

        // Whoever may look need not be one who may steer: only control's own word opens it to everybody.
        _control.Finally(endpoint =>
        {
            if (endpoint.Metadata.Any(m => m is AnonymousControl)) return;
            for (var i = endpoint.Metadata.Count - 1; i >= 0; i--)
            {
                if (endpoint.Metadata[i] is IAllowAnonymous) endpoint.Metadata.RemoveAt(i);
            }
        });
        return this;
    }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention)
    {
        _conventions.Add(convention);
        _read.Add(convention);
        _control?.Add(convention);
    }

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        _last.Add(finallyConvention);
        _read.Finally(finallyConvention);
        _control?.Finally(finallyConvention);
    }

    /// <summary>What is said of control alone: notes whether that opens it to everybody.</summary>
    private sealed class Own(IEndpointConventionBuilder control) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => control.Add(endpoint => Note(endpoint, convention));

        public void Finally(Action<EndpointBuilder> finallyConvention) => control.Finally(endpoint => Note(endpoint, finallyConvention));

        private static void Note(EndpointBuilder endpoint, Action<EndpointBuilder> convention)
        {
            var before = endpoint.Metadata.Count(m => m is IAllowAnonymous);
            convention(endpoint);
            if (endpoint.Metadata.Count(m => m is IAllowAnonymous) > before) endpoint.Metadata.Add(new AnonymousControl());
        }
    }
}
