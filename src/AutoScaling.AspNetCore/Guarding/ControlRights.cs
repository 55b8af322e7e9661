using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>Whether who looks at the page may steer, so that it shows no buttons that would be refused. The endpoints ask again.</summary>
internal sealed class ControlRights(object owner)
{
    public async Task<bool> MayAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var control = services.GetRequiredService<EndpointDataSource>().Endpoints
            .FirstOrDefault(e => e.Metadata.GetMetadata<EndpointMark>() is { IsControl: true } mark && mark.Owner == owner);
        if (control is null) return false;
        if (control.Metadata.GetMetadata<IAllowAnonymous>() is not null) return true;
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } provider) return false;
        if (services.GetService<IPolicyEvaluator>() is not { } evaluator) return false;
        var policy = await AuthorizationPolicy.CombineAsync(
            provider,
            control.Metadata.GetOrderedMetadata<IAuthorizeData>(),
            control.Metadata.GetOrderedMetadata<AuthorizationPolicy>()).ConfigureAwait(false);
        policy ??= await provider.GetFallbackPolicyAsync().ConfigureAwait(false);
        if (policy is null) return false;
        var user = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        var answer = await evaluator.AuthorizeAsync(policy, user, context, context).ConfigureAwait(false);
        return answer.Succeeded;
    }
}
