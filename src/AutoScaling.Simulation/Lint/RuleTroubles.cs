namespace AutoScaling.Simulation.Lint;

/// <summary>What the user's own rules threw while a policy was checked: the first of each rule.</summary>
internal sealed class RuleTroubles
{
    private readonly SortedDictionary<int, Exception> _first = [];

    public IEnumerable<(int Rule, Exception Trouble)> All => _first.Select(trouble => (trouble.Key, trouble.Value));

    public void Note(int rule, Exception trouble) => _first.TryAdd(rule, trouble);
}
