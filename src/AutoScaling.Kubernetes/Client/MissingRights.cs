using System.Net;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>
/// Names all rights that are missing for one reading, so that who adds them does not find the next one missing afterwards.
/// </summary>
internal static class MissingRights
{
    /// <summary>The refusals of several requests as one.</summary>
    /// <param name="first">The first refusal.</param>
    /// <param name="others">What else was asked at the same time.</param>
    public static async ValueTask<ApiException> WithAsync(ApiException first, params Task[] others)
    {
        List<string> sentences = [first.Message];
        foreach (var other in others)
        {
            try
            {
                await other.ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Status == HttpStatusCode.Forbidden)
            {
                if (!sentences.Contains(e.Message, StringComparer.Ordinal)) sentences.Add(e.Message);
            }
            catch (ScalingException)
            {
                // Something else is wrong with that one, and is said when this one is right.
            }
        }

        return sentences.Count == 1 ? first : new(string.Join("; ", sentences), first.Status, first);
    }
}
