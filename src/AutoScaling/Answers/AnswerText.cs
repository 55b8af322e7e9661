using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>What was found in an answer: a value, or why there is none, as the end of a sentence.</summary>
/// <param name="Value">The value; the default if there is none.</param>
/// <param name="WhyNot">Why there is none; <see langword="null"/> if there is one.</param>
/// <param name="IsFailed">Whether the answer cannot be read at all.</param>
internal readonly record struct Found<T>(T Value, string? WhyNot = null, bool IsFailed = false)
{
    public static Found<T> None(string whyNot, bool isFailed = false) => new(default!, whyNot, isFailed);
}

/// <summary>The answer of a program or a server: text that is a number, or JSON in which numbers stand at pointers.</summary>
internal sealed class AnswerText : IDisposable
{
    private readonly string _text;
    private readonly JsonDocument? _document;
    private readonly string? _broken;
    private readonly Secrets _secrets;

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="isJson">Whether anything in it is found by a pointer.</param>
    /// <param name="secrets">What no sentence may quote.</param>
    public AnswerText(ReadOnlySpan<byte> bytes, bool isJson, Secrets secrets)
    {
        _secrets = secrets;
        _text = JsonText.WithoutMark(Encoding.UTF8.GetString(bytes)).Trim();
        if (!isJson) return;
        try
        {
            _document = JsonDocument.Parse(_text);
        }
        catch (JsonException)
        {
            _broken = _text.Length == 0 ? "the answer is empty, and not JSON" : $"the answer is not JSON, but {Quoted(_text)}";
        }
    }

    /// <summary>A number at a pointer, or without one the whole answer.</summary>
    public Found<double> Number(JsonPointer? pointer, string target)
    {
        if (pointer is null)
            return _text.Length == 0 ? Found<double>.None("the answer is empty, and no number") : Number(_text, "the answer");
        if (_broken is not null) return Found<double>.None(_broken, isFailed: true);
        var at = $"what stands at '{pointer}'";
        return pointer.Find(_document!.RootElement, target) switch
        {
            null => Found<double>.None($"the answer has nothing at '{pointer}'"),
            { ValueKind: JsonValueKind.Null } => Found<double>.None($"{at} is null"),
            { ValueKind: JsonValueKind.Number } number => new(number.GetDouble()),
            { ValueKind: JsonValueKind.String } text => Number(text.GetString()!, at),
            { } other => Found<double>.None($"{at} is {Kind(other)}, and no number"),
        };
    }

    /// <summary>A count at a pointer, or without one the whole answer.</summary>
    public Found<int> Count(JsonPointer? pointer, string target) => Number(pointer, target) switch
    {
        { WhyNot: { } why } none => Found<int>.None(why, none.IsFailed),
        { Value: >= 0 and <= int.MaxValue and var value } when value == Math.Truncate(value) => new((int)value),
        { Value: var value } =>
            Found<int>.None($"{(pointer is null ? "the answer" : $"what stands at '{pointer}'")} is {Phrase.Exact(value)}, and no count"),
    };

    /// <summary>A time at a pointer: ISO 8601 with its offset (without one: UTC), or the seconds or milliseconds since 1970.</summary>
    public Found<DateTimeOffset> Time(JsonPointer pointer, string target)
    {
        if (_broken is not null) return Found<DateTimeOffset>.None(_broken, isFailed: true);
        var node = pointer.Find(_document!.RootElement, target);
        if (node is null) return Found<DateTimeOffset>.None($"the answer has no time at '{pointer}'");
        var text = node.Value.ValueKind is JsonValueKind.String ? node.Value.GetString()! : node.Value.GetRawText();
        return TryTime(text, out var time)
            ? new(time)
            : Found<DateTimeOffset>.None($"what stands at '{pointer}' is {Quoted(text)}, and no time");
    }

    public void Dispose() => _document?.Dispose();

    private Found<double> Number(string text, string what) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new(number)
            : Found<double>.None($"{what} is {Quoted(text)}, and no number");

    private static bool TryTime(string text, out DateTimeOffset time)
    {
        // Seconds of any year that people measure in have fewer digits than its milliseconds.
        const double FirstMilliseconds = 1e11, LastMilliseconds = 1e14;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            var seconds = Math.Abs(number) < FirstMilliseconds ? number : number / 1000;
            var isTime = number > 0 && number < LastMilliseconds;
            time = isTime ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : default;
            return isTime;
        }

        time = default;
        return text is [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..]
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => element.GetRawText(),
    };

    private string Quoted(string text) => $"'{_secrets.Hide(text, mostCharacters: 80)}'";
}
