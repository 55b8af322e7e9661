namespace AutoScaling.Tests.Policies;

/// <summary>Names that look like others, and sentences that hide what they quote.</summary>
public sealed class InvisibleNameTests
{
    /// <summary>Controls, direction marks, characters without width, ends of lines.</summary>
    public static TheoryData<string> Invisible =>
    [
        "\0", "\u0007", "\u007f", "\u0085", "\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\ufe0f",
        "\U000E0041",
    ];

    [Theory]
    [MemberData(nameof(Invisible))]
    public void Name_HoldsWhatCannotBeSeen_IsRefusedAndShown(string character)
    {
        var name = $"w{character}eb";
        var shown = string.Concat(character.Select(c => c == '\uDC41' ? "\uDC41" : $"\\u{(int)c:X4}"));
        foreach (var (setting, create) in new (string, Func<object>)[]
        {
            ("Metric", () => new MetricRef(name)),
            ("Metric", () => new MetricRef("cpu", name)),
            ("Scaler", () => new ScalingPolicy { Target = "web", Scaler = name }),
            ("Name of a shadow", () => new ShadowPolicy { Name = name, Policy = new() { Target = "web" } }),
            ("Name of a rule", () => new ScalingPolicy { Target = "web", Rules = [new FixedRule { Name = name, Replicas = 1 }] }),
        })
        {
            Assert.Equal($"{setting} must be a name without invisible characters, but is 'w{shown}eb'.", Assert.Throws<ScalingException>(create).Message);
        }

        Assert.StartsWith("Service must be a name without ", Assert.Throws<ScalingException>(() => new ScalingTarget(name)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\u00a0")]
    [InlineData("\u2003")]
    [InlineData("\u2028")]
    public void Target_HoldsASpace_IsRefused(string space) => Assert.StartsWith(
        "Service must be a name without spaces or commas, but is 'w", Assert.Throws<ScalingException>(() => new ScalingTarget($"w{space}eb")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TextWithLineBreaksAndMarks_IsQuotedOnOneLineAndWhole()
    {
        var errors = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml("""
            "no\nsetting": 1
            policies:
            - { service: "w\neb" }
            - { service: api, rules: [ { type: "fi\u202exed" }, { type: fixed, name: "a\u200bb", replicas: 1 } ], scaler: "x\u0000", interval: "1\ns" }
            """)).Errors;
        Assert.Equal(6, errors.Count);
        Assert.All(errors, error => Assert.DoesNotContain(error, c => char.IsControl(c) || c is '\u202e' or '\u200b'));
        Assert.Contains(errors, error => error.EndsWith(@"Service must be a name without spaces or commas, but is 'w\neb'.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains(@"but is 'fi\u202Exed'.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.EndsWith(@"Name must be a name without invisible characters, but is 'a\u200Bb'.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.EndsWith(@"Scaler must be a name without invisible characters, but is 'x\u0000'.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.EndsWith(@"Interval must be a duration such as 30s, 5m or 00:05:00, but is '1\ns'.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith(@"'no\nsetting' is not a setting of a policy document", StringComparison.Ordinal) || error.Contains(@": 'no\nsetting' is not", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("99ms")]
    [InlineData("0s")]
    [InlineData("-1s")]
    public void Interval_ShorterThanATenthOfASecond_IsRefused(string interval)
    {
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml($"policies: [ {{ service: web, interval: {interval} }} ]"));
        Assert.Contains("Interval must be between 0.1s and 24 hours, but is ", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMilliseconds(100), PolicyDocument.ParseYaml("policies: [ { service: web, interval: 100ms } ]")[0].Interval);
    }
}
