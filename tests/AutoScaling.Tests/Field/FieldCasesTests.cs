namespace AutoScaling.Tests.Field;

/// <summary>What operators reported, each with its right answer. <c>AUTOSCALING_CASES</c> names another folder of such cases.</summary>
public sealed class FieldCasesTests
{
    private const string Variable = "AUTOSCALING_CASES";

    [Fact]
    public void Play_EveryCase_IsDecidedRight()
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Oracle.RepositoryRoot(), "..", "shared", "cases"));
        if (!Directory.Exists(folder)) Assert.Skip($"There are no cases at '{folder}'. Set the environment variable {Variable} to their folder.");
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(Wrong));
    }

    private static IEnumerable<string> Wrong(string file)
    {
        try
        {
            return [.. FieldCase.Read(file).Play()];
        }
        catch (ScalingException e)
        {
            return [$"{Path.GetFileName(file)}: {e.Message}"];
        }
    }
}
