namespace AutoScaling.Tests.Policies;

/// <summary>A file of the repository that is made from the tables of settings.</summary>
internal static class GeneratedFile
{
    /// <summary>Set to 1, the tests write such files instead of comparing them.</summary>
    public const string Switch = "AUTOSCALING_WRITE_GENERATED";

    public static void AssertIs(string path, string content)
    {
        var file = Readme.Document.PathOf(path);
        if (Environment.GetEnvironmentVariable(Switch) == "1") File.WriteAllText(file, content);
        Assert.True(
            content == (File.Exists(file) ? File.ReadAllText(file) : null),
            $"{path} is not what the tables of settings say. Run the tests once with {Switch}=1 to write it again.");
    }
}
