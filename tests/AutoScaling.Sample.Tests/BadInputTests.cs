namespace AutoScaling.Sample.Tests;

/// <summary>Whatever is wrong with what a user gives is one sentence a line, and never a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--duration 0", "--duration must be a time from 1s to 24h, such as 60, 90s or 2m, but is '0'.")]
    [InlineData("--duration -5", "--duration must be a time from 1s to 24h, such as 60, 90s or 2m, but is '-5'.")]
    [InlineData("--duration abc", "--duration must be a time from 1s to 24h, such as 60, 90s or 2m, but is 'abc'.")]
    [InlineData("--speed-up 0 --load x.csv", "--speed-up must be a number more than 0 and at most 1000000000, but is '0'.")]
    [InlineData("--speed-up 2", "--speed-up needs a trace to play: add --load FILE.")]
    [InlineData("--seed 1.5", "--seed must be a whole number, but is '1.5'.")]
    [InlineData("--peak NaN", "--peak must be a number of jobs per second more than 0 and at most 1000, but is 'NaN'.")]
    [InlineData("--simulated --peak 5", "--simulated makes up its own load: leave out --load and --peak.")]
    [InlineData("--colour red", "Unrecognized command or argument '--colour'.", "Unrecognized command or argument 'red'.")]
    [InlineData("--load missing.csv", "Load trace 'missing.csv' does not exist.")]
    [InlineData("--load /tmp", "Load trace '/tmp' is a folder, not a file.")]
    [InlineData("--policy missing.yaml", "Policy file 'missing.yaml' does not exist.")]
    [InlineData("--output /dev/null", "Output folder '/dev/null' is a file, not a folder.")]
    [InlineData("worker not-a-port", "Unrecognized command or argument 'worker'.", "Unrecognized command or argument 'not-a-port'.")]
    public Task Options_Wrong_AreToldInASentence(string arguments, params string[] sentences) => Executable.AssertWrong(arguments.Split(' '), sentences);

    [Fact]
    public Task Load_MoreThanTheSampleIsMadeFor_IsToldInASentence() => Executable.AssertWrong(
        ["--load", _folder.Write("load.csv", "time_s,load\n0,5000\n")],
        $"Load trace '{_folder.At("load.csv")}' has up to 5000 jobs per second, but this sample is made for at most 1000: add --peak 60 to scale it down.");

    [Fact]
    public Task Load_Broken_NamesTheLine() => Executable.AssertWrong(
        ["--load", _folder.Write("load.csv", "time_s,load\n0,5\n60,lots\n")],
        $"Load trace '{_folder.At("load.csv")}', line 3: load must be a number, but is 'lots'.");

    [Fact]
    public Task Policy_BrokenYaml_NamesTheLine() => Executable.AssertWrong(
        ["--policy", _folder.Write("broken.yaml", "policies:\n  - service: worker\n   min: 1\n")],
        $"{_folder.At("broken.yaml")}, line 3, column 4: While parsing a block collection, did not find expected '-' indicator.");

    [Fact]
    public Task Policy_SeveralErrors_AreAllTold() => Executable.AssertWrong(
        ["--policy", _folder.Write("wrong.json", """{ "policies": [ { "service": "worker", "min": 4, "max": 2, "cpuTarget": -3 } ] }""")],
        $"Policy file '{_folder.At("wrong.json")}': policies[0] (worker): Max must be at least Min (4), but is 2.",
        $"Policy file '{_folder.At("wrong.json")}': policies[0] (worker): CpuTarget must be more than 0, but is -3.");

    [Fact]
    public Task Policy_OfWhatIsNotThere_IsToldBeforeAnythingStarts() => Executable.AssertWrong(
        ["--policy", _folder.Write("other.yaml", "policies:\n  - service: web\n    scaler: k8s\n    rules: [ { type: targetTracking, metric: lag@kafka, target: 5 } ]\n")],
        $"Policy file '{_folder.At("other.yaml")}': There is no service 'web' here: the one that runs is 'worker' (with --simulated, services may have any name).",
        $"Policy file '{_folder.At("other.yaml")}': The policy of 'web' names the scaler 'k8s', but this sample has only one: leave it out.",
        $"Policy file '{_folder.At("other.yaml")}': The policy of 'web' uses the metric 'lag@kafka', but this sample measures only cpu, memory, queue@app, arrivals@app.");

    [Fact]
    public Task Policy_NoneInTheFile_IsTold() => Executable.AssertWrong(
        ["--policy", _folder.Write("none.yaml", "policies: []\n")],
        $"Policy file '{_folder.At("none.yaml")}': There is no policy in it.");
}
