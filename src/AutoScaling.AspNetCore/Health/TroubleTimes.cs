namespace AutoScaling.AspNetCore.Health;

/// <summary>Since which check each trouble of each target has been there without a break.</summary>
internal sealed class TroubleTimes
{
    private Dictionary<(string Kind, string Target), DateTimeOffset> _since = [];
    private Dictionary<(string Kind, string Target), DateTimeOffset> _next = [];
    private DateTimeOffset _now;

    /// <summary>A check begins.</summary>
    public void Begin(DateTimeOffset now) => (_now, _next) = (now, []);

    /// <summary>Whether a trouble is there, and has been for long enough.</summary>
    public bool Lasts(string kind, string target, bool isThere, TimeSpan after)
    {
        if (!isThere) return false;
        var since = _since.GetValueOrDefault((kind, target), _now);
        _next[(kind, target)] = since;
        return _now - since >= after;
    }

    /// <summary>A check ends: what it did not see is over.</summary>
    public void End() => _since = _next;

    /// <summary>Nothing is known any more.</summary>
    public void Forget() => _since = [];
}
