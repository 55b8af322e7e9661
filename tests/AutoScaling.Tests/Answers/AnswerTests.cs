using System.Text;

namespace AutoScaling.Tests.Answers;

/// <summary>What is filled in, found and quoted.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("{target}={replicas}", "web=5")]
    [InlineData("--current={from}", "--current=3")]
    [InlineData("{{.Spec.{target}}}", "{{.Spec.web}}")]
    [InlineData("{Target} {x} {", "{Target} {x} {")]
    public void Fill_Template_OnlyWhatIsKnownIsFilledIn(string template, string filled) =>
        Assert.Equal(filled, Template.Fill(template, new("web", 5, 3)));

    [Fact]
    public void Fill_TargetThatLooksLikeATemplate_StaysAsItIs() =>
        Assert.Equal("{replicas}{target}-7", Template.Fill("{target}-{replicas}", new("{replicas}{target}", 7, 3)));

    // The examples of RFC 6901, section 5, and places where nothing is.
    [Theory]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/foo/2", null)]
    [InlineData("/foo/-", null)]
    [InlineData("/foo/00", null)]
    [InlineData("/foo/+1", null)]
    [InlineData("/foo/bar", null)]
    [InlineData("/foo/99999999999", null)]
    [InlineData("/no", null)]
    [InlineData("//", null)]
    public void Find_Pointer_FindsWhatRfc6901Says(string place, string? found)
    {
        using var document = System.Text.Json.JsonDocument.Parse("""{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}""");
        Assert.Equal(found, JsonPointer.Parse("Pointer", place).Find(document.RootElement, "web")?.GetRawText());
    }

    [Fact]
    public void Find_TargetWithASlash_IsOneName()
    {
        using var document = System.Text.Json.JsonDocument.Parse("""{"team-a/web~":{"n":4}}""");
        Assert.Equal(4, JsonPointer.Parse("Pointer", "/{target}/n").Find(document.RootElement, "team-a/web~")!.Value.GetInt32());
    }

    [Theory]
    [InlineData("messages", "Pointer must be a JSON pointer such as /queue/messages, but is 'messages'.")]
    [InlineData("/a~", "Pointer must be a JSON pointer, in which ~ is written ~0 and / inside a name ~1, but is '/a~'.")]
    [InlineData("/a~2", "Pointer must be a JSON pointer, in which ~ is written ~0 and / inside a name ~1, but is '/a~2'.")]
    public void Parse_NoPointer_SaysWhatOneIs(string text, string error) =>
        Assert.Equal(error, Assert.Throws<ScalingException>(() => JsonPointer.Parse("Pointer", text)).Message);

    [Theory]
    [InlineData("""{"n":12.5}""", 12.5, null)]
    [InlineData("""{"n":"12"}""", 12, null)]
    [InlineData("""{"n":0}""", 0, null)]
    [InlineData("""{"n":null}""", 0, "what stands at '/n' is null")]
    [InlineData("""{"m":1}""", 0, "the answer has nothing at '/n'")]
    [InlineData("""{"n":"many"}""", 0, "what stands at '/n' is 'many', and no number")]
    [InlineData("""{"n":""}""", 0, "what stands at '/n' is '', and no number")]
    [InlineData("""{"n":[1]}""", 0, "what stands at '/n' is a list, and no number")]
    [InlineData("""{"n":true}""", 0, "what stands at '/n' is true, and no number")]
    [InlineData("12", 0, "the answer has nothing at '/n'")]
    public void Number_OfJson_OrWhyThereIsNone(string json, double value, string? whyNot)
    {
        using var answer = new AnswerText(Encoding.UTF8.GetBytes(json), isJson: true, new());
        var found = answer.Number(JsonPointer.Parse("Pointer", "/n"), "web");
        Assert.Equal((value, whyNot, false), (found.Value, found.WhyNot, found.IsFailed));
    }

    [Theory]
    [InlineData("", "the answer is empty, and not JSON")]
    [InlineData("{\"n\":NaN}", "the answer is not JSON, but '{\"n\":NaN}'")]
    [InlineData("<html>\n\u0007", "the answer is not JSON, but '<html> \\u0007'")]
    public void Number_OfNoJson_IsAFailure(string text, string whyNot)
    {
        using var answer = new AnswerText(Encoding.UTF8.GetBytes(text), isJson: true, new());
        var found = answer.Number(JsonPointer.Parse("Pointer", "/n"), "web");
        Assert.Equal((whyNot, true), (found.WhyNot, found.IsFailed));
    }

    [Theory]
    [InlineData(" 7\n", 7, null)]
    [InlineData("\uFEFF7", 7, null)]
    [InlineData("1e3", 1000, null)]
    [InlineData("", 0, "the answer is empty, and no number")]
    [InlineData("7 jobs", 0, "the answer is '7 jobs', and no number")]
    [InlineData("1,000", 0, "the answer is '1,000', and no number")]
    public void Number_OfText_OrWhyThereIsNone(string text, double value, string? whyNot)
    {
        using var answer = new AnswerText(Encoding.UTF8.GetBytes(text), isJson: false, new());
        var found = answer.Number(null, "web");
        Assert.Equal((value, whyNot), (found.Value, found.WhyNot));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("99999999999")]
    [InlineData("Infinity")]
    public void Count_OfWhatIsNone_SaysSo(string text)
    {
        using var answer = new AnswerText(Encoding.UTF8.GetBytes(text), isJson: false, new());
        Assert.EndsWith(", and no count", answer.Count(null, "web").WhyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"2026-01-01T12:00:00Z\"", "2026-01-01T12:00:00Z")]
    [InlineData("\"2026-01-01T13:00:00.5+01:00\"", "2026-01-01T12:00:00.5Z")]
    [InlineData("\"2026-01-01T12:00:00\"", "2026-01-01T12:00:00Z")]
    [InlineData("1767268800", "2026-01-01T12:00:00Z")]
    [InlineData("1767268800.25", "2026-01-01T12:00:00.25Z")]
    [InlineData("1767268800250", "2026-01-01T12:00:00.25Z")]
    [InlineData("\"1767268800\"", "2026-01-01T12:00:00Z")]
    [InlineData("\"12:00\"", null)]
    [InlineData("\"yesterday\"", null)]
    [InlineData("0", null)]
    [InlineData("1e300", null)]
    [InlineData("null", null)]
    public void Time_OfJson_IsIsoOrEpoch(string json, string? time)
    {
        using var answer = new AnswerText(Encoding.UTF8.GetBytes($$"""{"t":{{json}}}"""), isJson: true, new());
        var found = answer.Time(JsonPointer.Parse("TimePointer", "/t"), "web");
        Assert.Equal(time is null ? default : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), found.Value);
        Assert.Equal(time is null, found.WhyNot is not null);
    }

    [Fact]
    public void Hide_SecretsAndControls_AreNotShown()
    {
        var secrets = new Secrets("p@ss\"word", "p@ss", "abc", null);
        Assert.Equal(
            "denied *** *** *** *** abc \\u001B[31m red",
            secrets.Hide("denied p@ss\"word p@ss\n p%40ss%22word\tp@ss\\u0022word abc \u001B[31m red"));
    }

    [Fact]
    public void Hide_LongText_HasItsBeginningAndItsEnd()
    {
        var hidden = new Secrets().Hide($"begin{new string('x', 10_000)}end");
        Assert.StartsWith("beginxx", hidden, StringComparison.Ordinal);
        Assert.EndsWith("xxend", hidden, StringComparison.Ordinal);
        Assert.Equal(305, hidden.Length);
    }

    [Fact]
    public async Task Ask_ManyAtOnce_ShareTheNextRun()
    {
        var runs = new List<TaskCompletionSource<int>>();
        var started = new SemaphoreSlim(0);
        var shared = new NextRun<int>(() =>
        {
            var run = new TaskCompletionSource<int>();
            lock (runs) runs.Add(run);
            started.Release();
            return run.Task;
        });
        var first = shared.AskAsync();
        await started.WaitAsync(TestContext.Current.CancellationToken);
        var later = Enumerable.Range(0, 1000).Select(_ => shared.AskAsync()).ToList();
        Assert.DoesNotContain(later, ask => ask.IsCompleted);

        // One that fails takes nobody with it who asked later.
        runs[0].SetException(new InvalidOperationException());
        await started.WaitAsync(TestContext.Current.CancellationToken);
        runs[1].SetResult(7);
        Assert.All(await Task.WhenAll(later), answer => Assert.Equal(7, answer));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, runs.Count);
    }
}
