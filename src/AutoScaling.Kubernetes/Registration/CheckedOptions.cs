using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AutoScaling.Kubernetes.Registration;

/// <summary>Registers options that are checked, all of them, when the host starts.</summary>
internal static class CheckedOptions
{
    /// <summary>Registers options; once, however often it is called.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="errors">What is wrong with them, a sentence for each setting.</param>
    public static OptionsBuilder<T> AddChecked<T>(this IServiceCollection services, Func<T, IReadOnlyCollection<string>> errors)
        where T : class
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<T>, Check<T>>(_ => new(errors)));
        return services.AddOptions<T>().ValidateOnStart();
    }

    private sealed class Check<T>(Func<T, IReadOnlyCollection<string>> errors) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            errors(options) is { Count: > 0 } broken ? ValidateOptionsResult.Fail(broken) : ValidateOptionsResult.Success;
    }
}
