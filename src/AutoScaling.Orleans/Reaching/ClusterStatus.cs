using AutoScaling.Orleans.Grains;

namespace AutoScaling.Orleans.Reaching;

/// <summary>How all silos and all targets stand, put together from what each bucket answers.</summary>
internal sealed class ClusterStatus(Buckets buckets, TimeProvider time)
{
    /// <summary>Asks all buckets. The targets of one that does not answer are missing, and its trouble says so.</summary>
    public async Task<AutoScalerStatus> GetAsync(CancellationToken cancellationToken)
    {
        var call = new BucketCall { Kind = BucketCallKind.StatusOfAll };
        var answers = await buckets.AskAllAsync<AutoScalerStatus>(call, cancellationToken).ConfigureAwait(false);
        List<BucketResult<AutoScalerStatus>> told = [.. answers.Where(a => a.Answer is not null)];
        var silos = told.DistinctBy(a => a.Silo, StringComparer.Ordinal).ToList();
        var state = silos.FirstOrDefault(s => s.Answer!.StateTrouble is not null) is { } troubled
            ? Of(troubled.Silo, troubled.Answer!.StateTrouble!)
            : null;
        return new()
        {
            At = time.GetUtcNow(),
            Targets = [.. told.SelectMany(a => a.Answer!.Targets).OrderBy(t => t.Target.Name, StringComparer.Ordinal)],
            ReloadErrors = [.. silos.SelectMany(s => s.Answer!.ReloadErrors.Select(e => Of(s.Silo, e)))],
            Troubles = [.. Silent(answers), .. silos.SelectMany(s => s.Answer!.Troubles.Select(t => Of(s.Silo, t)))],
            StateTrouble = state,
            LastEvaluatedAt = silos.Max(s => s.Answer!.LastEvaluatedAt),
        };
    }

    private static string Of(string? silo, string sentence) => $"Silo {silo}: {sentence}";

    private static IEnumerable<string> Silent(IReadOnlyList<BucketResult<AutoScalerStatus>> answers)
    {
        List<BucketResult<AutoScalerStatus>> silent = [.. answers.Where(a => a.Answer is null)];
        if (silent.Count == 0) yield break;
        var why = silent.Select(a => a.Error).FirstOrDefault(e => e is not null) ?? "Its loop has not begun.";
        yield return $"The targets of {silent.Count} of {answers.Count} buckets are not shown, as no silo has answered for them. {why}";
    }
}
