using System.Text;
using Microsoft.Extensions.Configuration;

namespace AutoScaling.Tests.Policies;

/// <summary>How much a document may hold: none may cost the process its stack or its memory, nor its reader the overview.</summary>
public sealed class DocumentLimitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("start")]
    [InlineData("end")]
    public void Parse_EndlessCronExpression_IsOneSentence(string setting)
    {
        var endless = string.Join(',', Enumerable.Repeat(1, 16_000)) + " * * * *";
        var other = setting == "start" ? "end" : "start";
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(
            $"policies: [ {{ service: web, rules: [ {{ type: schedule, {setting}: \"{endless}\", {other}: \"0 8 * * *\", floor: 2 }} ] }} ]"));
        var name = setting == "start" ? "Start" : "End";
        Assert.EndsWith($": {name} must be a cron expression of at most 200 characters, but has 32007.", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Schedule_ExpressionAsLongAsAllowed_IsRead()
    {
        var longest = "0 8 * * " + string.Join(',', Enumerable.Repeat("1", 96));
        Assert.Equal(199, longest.Length);
        Assert.Equal(longest, new ScheduleRule { Start = longest, End = "0 9 * * *", Replicas = 1 }.Start);
    }

    [Fact]
    public void Parse_TooLong_IsOneSentenceUnlessMoreIsAllowed()
    {
        var yaml = "policies: [ { service: web } ] #" + new string('ä', PolicyDocument.DefaultMaxBytes / 2);
        var json = "{\"policies\": [ { \"service\": \"web\" } ]}" + new string(' ', PolicyDocument.DefaultMaxBytes);
        Assert.Equal(
            $"The YAML document must be at most 1048576 bytes long, unless maxBytes says more, but is {Encoding.UTF8.GetByteCount(yaml)} bytes long.",
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml)).Message);
        Assert.Equal(
            $"The JSON document must be at most 1048576 bytes long, unless maxBytes says more, but is {json.Length} bytes long.",
            Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson(json)).Message);
        Assert.Single(PolicyDocument.ParseYaml(yaml, maxBytes: 2_000_000));
        Assert.Single(PolicyDocument.ParseJson(json, maxBytes: 2_000_000));
    }

    [Fact]
    public void Load_TooLong_IsOneSentenceUnlessMoreIsAllowed()
    {
        var path = Path.Combine(_folder.FullName, "policies.yaml");
        File.WriteAllText(path, "policies: [ { service: web } ] # and so on");
        Assert.Equal(
            $"Policy file '{path}' must be at most 40 bytes long, unless maxBytes says more, but is 42 bytes long.",
            Assert.Throws<ScalingException>(() => PolicyDocument.Load(path, maxBytes: 40)).Message);
        Assert.Single(PolicyDocument.Load(path, maxBytes: 42));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 101)]
    [InlineData(1000, 101)]
    public void Parse_MoreErrorsThanAnybodyReads_TellsTheFirstHundredAndHowManyMore(int wrong, int told)
    {
        var yaml = "policies:\n" + string.Concat(Enumerable.Range(0, wrong).Select(i => $"- {{ service: s{i}, max: 0 }}\n"));
        var errors = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml)).Errors;
        Assert.Equal(told, errors.Count);
        if (wrong > 100) Assert.Equal($"And {wrong - 100} more.", errors[^1]);
        Assert.Equal(errors, new ScalingException(errors).Errors);
    }

    [Theory]
    [InlineData("{\"policies\":", "}")]
    [InlineData("[", "]")]
    public void Parse_NestedWithoutEnd_IsOneSentence(string open, string close)
    {
        var document = string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000));
        Assert.Contains(" 64", Assert.Throws<ScalingException>(() => PolicyDocument.ParseJson(document)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 64 deep", Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(document)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromConfiguration_EmptyKeysInEachOther_IsOneSentence()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Policies" + new string(':', 70), "x")]).Build();
        Assert.Equal(
            $"Configuration must be nested at most 64 deep, but 'Policies{new string(':', 65)}' is deeper.",
            Assert.Throws<ScalingException>(() => PolicyDocument.FromConfiguration(configuration)).Message);
    }

    [Fact]
    public void Parse_BeginsWithAByteOrderMark_IsRead()
    {
        const string mark = "\uFEFF";
        Assert.Single(PolicyDocument.ParseYaml(mark + "policies: [ { service: web } ]"));
        Assert.Single(PolicyDocument.ParseJson(mark + """{"policies": [ { "service": "web" } ]}"""));
        Assert.Equal(ScalingState.New, ScalingState.FromJson(mark + ScalingState.New.ToJson()));
        foreach (var (name, text) in new[] { ("a.yaml", "policies: [ { service: web } ]"), ("a.json", """{"policies": [ { "service": "web" } ]}""") })
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path, text, Encoding.UTF8);
            Assert.Equal(0xEF, File.ReadAllBytes(path)[0]);
            Assert.Single(PolicyDocument.Load(path));
        }
    }
}
