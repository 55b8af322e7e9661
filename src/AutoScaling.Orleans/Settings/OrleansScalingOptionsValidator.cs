using AutoScaling.Primitives;
using Microsoft.Extensions.Options;

namespace AutoScaling.Orleans.Settings;

/// <summary>Checks the options when the host starts.</summary>
internal sealed class OrleansScalingOptionsValidator : IValidateOptions<OrleansScalingOptions>
{
    private const int MostBuckets = 65_536;

    public ValidateOptionsResult Validate(string? name, OrleansScalingOptions options)
    {
        try
        {
            new Bounds<int>(1, MostBuckets).Check(options.Buckets, "Buckets");
            Bounds.Interval.Check(options.Tick, "Tick");
            Bounds.WithinAnHour.Check(options.PokeTimeout, "PokeTimeout");
            Bounds.WithinAnHour.Check(options.CallTimeout, "CallTimeout");
            new Bounds<TimeSpan>(options.Tick * 2).Check(options.Lease, "Lease");
            if (string.IsNullOrWhiteSpace(options.Storage)) throw Bounds.Broken("Storage", "the name of a grain storage", options.Storage);
            return ValidateOptionsResult.Success;
        }
        catch (ScalingException e)
        {
            return ValidateOptionsResult.Fail(e.Errors);
        }
    }
}
