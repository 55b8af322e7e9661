namespace AutoScaling.Sample.Tests;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("autoscaling-sample-").FullName;

    public string At(string file) => System.IO.Path.Combine(Path, file);

    public string Write(string file, string content)
    {
        File.WriteAllText(At(file), content);
        return At(file);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
