namespace AutoScaling.Sample;

/// <summary>What was asked for cannot be; the user reads these sentences, one a line.</summary>
internal sealed class SampleException(params IReadOnlyList<string> errors) : Exception(string.Join(' ', errors))
{
    public IReadOnlyList<string> Errors => errors;
}
