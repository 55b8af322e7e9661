namespace AutoScaling.Tests.Policies;

public sealed class PolicyFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("policies-");

    [Theory]
    [InlineData("p.json", "{\n  \"version\": 1,\n  \"defaults\"")]
    [InlineData("p.yaml", "version: 1\ndefaults:\n")]
    [InlineData("p.YML", "version: 1\ndefaults:\n")]
    public void Save_ThenLoad_IsTheSameByTheExtension(string name, string start)
    {
        ScalingPolicy[] policies = [new() { Target = "web", Range = new(2, 20) }, new() { Target = "日本", Scaler = "on" }];
        PolicyDocument.Save(At(name), policies);
        Assert.StartsWith(start, File.ReadAllText(At(name)), StringComparison.Ordinal);
        Assert.Equal(PolicyGen.Dump(policies), PolicyGen.Dump(PolicyDocument.Load(At(name))));
    }

    [Fact]
    public void Save_OverAnOldFile_ReplacesAllOfItAndLeavesNothingElse()
    {
        File.WriteAllText(At("p.yaml"), new string('#', 10_000));
        PolicyDocument.Save(At("p.yaml"), [new() { Target = "web" }]);
        Assert.Equal("web", Assert.Single(PolicyDocument.Load(At("p.yaml"))).Target.Name);
        Assert.Equal(["p.yaml"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void Save_WhileOthersRead_NeverShowsAPart()
    {
        ScalingPolicy[] few = [new() { Target = "web" }];
        ScalingPolicy[] many = [.. Enumerable.Range(0, 200).Select(i => new ScalingPolicy { Target = $"web-{i}" })];
        PolicyDocument.Save(At("p.yaml"), few);
        Parallel.Invoke(
            () =>
            {
                for (var i = 0; i < 50; i++) PolicyDocument.Save(At("p.yaml"), i % 2 == 0 ? many : few);
            },
            () =>
            {
                for (var i = 0; i < 50; i++) Assert.True(PolicyDocument.Load(At("p.yaml")).Length is 1 or 200);
            });
    }

    [Fact]
    public void Save_FromSeveralThreads_EndsWithOneOfThem()
    {
        Parallel.For(0, 8, i => PolicyDocument.Save(At("p.json"), [new() { Target = $"web-{i}" }]));
        Assert.StartsWith("web-", Assert.Single(PolicyDocument.Load(At("p.json"))).Target.Name, StringComparison.Ordinal);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Save_ThroughALink_ReplacesWhatItPointsTo()
    {
        File.WriteAllText(At("real.yaml"), "policies: []");
        File.CreateSymbolicLink(At("link.yaml"), At("real.yaml"));
        PolicyDocument.Save(At("link.yaml"), [new() { Target = "web" }]);
        Assert.Equal(At("real.yaml"), new FileInfo(At("link.yaml")).LinkTarget);
        Assert.Equal("web", Assert.Single(PolicyDocument.Load(At("real.yaml"))).Target.Name);
    }

    [Fact]
    public void Save_PoliciesThatCannotBeWritten_KeepsTheOldFile()
    {
        PolicyDocument.Save(At("p.yaml"), [new() { Target = "web" }]);
        Assert.Throws<ScalingException>(() => PolicyDocument.Save(At("p.yaml"), [new() { Target = "a" }, new() { Target = "a" }]));
        Assert.Equal("web", Assert.Single(PolicyDocument.Load(At("p.yaml"))).Target.Name);
    }

    [Fact]
    public void Save_IntoAMissingFolder_IsOneSentence()
    {
        var path = Path.Combine(_folder.FullName, "none", "p.yaml");
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.Save(path, []));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.StartsWith($"Policy file '{path}' cannot be written: ", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OverAFolder_IsOneSentenceAndLeavesNothing()
    {
        Directory.CreateDirectory(At("p.yaml"));
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.Save(At("p.yaml"), []));
        Assert.StartsWith($"Policy file '{At("p.yaml")}' cannot be written: ", Assert.Single(error.Errors), StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData("none.yaml")]
    [InlineData("none/p.json")]
    public void Load_AMissingFile_IsOneSentence(string name) => Assert.Equal(
        [$"Policy file '{At(name)}' does not exist."],
        Assert.Throws<ScalingException>(() => PolicyDocument.Load(At(name))).Errors);

    [Fact]
    public void Load_AFolder_IsOneSentence()
    {
        Directory.CreateDirectory(At("p.yaml"));
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.Load(At("p.yaml")));
        Assert.StartsWith($"Policy file '{At("p.yaml")}' cannot be read: ", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p.toml")]
    [InlineData("p")]
    [InlineData("")]
    public void Load_AnotherExtension_IsOneSentence(string path) => Assert.Equal(
        [$"Policy file must end in .json, .yaml or .yml, but is '{path}'."],
        Assert.Throws<ScalingException>(() => PolicyDocument.Load(path)).Errors);

    [Theory]
    [InlineData("p.json", "{\n  x\n}", "line 2, column 3: 'x' is an invalid start of a property name. Expected a '\"'.")]
    [InlineData("p.yaml", "policies:\n  - {\n", "line 3, column 1: While parsing a node, did not find expected node content.")]
    public void Load_BrokenText_NamesFileLineAndColumn(string name, string text, string error)
    {
        File.WriteAllText(At(name), text);
        Assert.Equal([$"{At(name)}, {error}"], Assert.Throws<ScalingException>(() => PolicyDocument.Load(At(name))).Errors);
    }

    [Fact]
    public void Load_AFileWithAByteOrderMarkAndWindowsLineEnds_IsRead()
    {
        File.WriteAllText(At("p.yaml"), "policies:\r\n  - service: web\r\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("web", Assert.Single(PolicyDocument.Load(At("p.yaml"))).Target.Name);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
