using System.Globalization;
using System.Net;
using System.Text.Json;
using AutoScaling.Primitives;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>The answers of a host; whatever keeps it from answering is one sentence.</summary>
internal sealed class HostAnswers(Uri address, HttpClient client)
{
    private const string Check = "Give --url the path that the host maps it to, such as http://host/autoscaling.";

    // Without the user and the password that an address may hold.
    public string Name { get; } = $"The host at {address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)}";

    /// <summary>Asks an endpoint.</summary>
    /// <exception cref="CommandException">It did not answer, or not what it should.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken stop)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(address, path), stop);
            var body = await answer.Content.ReadAsByteArrayAsync(stop);
            if (!answer.IsSuccessStatusCode) throw new CommandException($"{Name} {Refusal(answer, body)}");
            return HostJson.Read<T>(body);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"{Name} cannot be reached: {Phrase.Of(e)}.");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandException($"{Name} did not answer within {Phrase.Of(client.Timeout)}.");
        }
        catch (JsonException)
        {
            throw new CommandException($"{Name} answers something else than MapAutoScaling does. {Check}");
        }
    }

    private static string Refusal(HttpResponseMessage answer, byte[] body)
    {
        var status = (int)answer.StatusCode;
        var code = status.ToString(CultureInfo.InvariantCulture);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "does not know who asks (401): add --token-file FILE or --header 'NAME: VALUE', "
                + "or look at what the one that was given holds.",
            HttpStatusCode.Forbidden => "does not let this user look (403): its authorization policy for MapAutoScaling says who may.",
            _ when status is >= 300 and < 400 => $"sends elsewhere ({code}), as for people who are to log in: "
                + "add --token-file FILE or --header 'NAME: VALUE'.",
            _ when Detail(body) is { } detail => $"answered {code}: {detail}",
            HttpStatusCode.NotFound => $"has nothing there (404). {Check}",
            _ => $"answered {code}.",
        };
    }

    private static string? Detail(byte[] body)
    {
        try
        {
            return HostJson.Read<ProblemBody>(body).Detail;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
