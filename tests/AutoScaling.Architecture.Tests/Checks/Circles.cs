namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>The circles of a graph: the greatest sets of nodes of which each is reached from each other one.</summary>
internal static class Circles
{
    /// <summary>All circles of more than one node, in the order of their first nodes; the nodes of each in order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IEnumerable<string> nodes, Func<string, IEnumerable<string>> next)
    {
        var all = nodes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var reached = all.ToDictionary(n => n, n => Reached(n, next), StringComparer.Ordinal);
        return
        [
            .. all.Where(n => reached[n].Contains(n))
                .Select(n => (IReadOnlyList<string>)[.. all.Where(other => reached[n].Contains(other) && reached[other].Contains(n))])
                .Where(circle => circle.Count > 1)
                .DistinctBy(circle => circle[0], StringComparer.Ordinal),
        ];
    }

    /// <summary>The fewest nodes of a circle that use each other in turn, and the last the first.</summary>
    public static IReadOnlyList<string> Shortest(IReadOnlyList<string> circle, Func<string, IEnumerable<string>> next) =>
        circle.Select(node => Round(node, circle, next)).MinBy(round => round.Count)!;

    private static List<string> Round(string start, IReadOnlyList<string> circle, Func<string, IEnumerable<string>> next)
    {
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (!before.ContainsKey(start))
        {
            var node = queue.Dequeue();
            foreach (var other in next(node).Where(circle.Contains).Order(StringComparer.Ordinal))
            {
                if (before.TryAdd(other, node)) queue.Enqueue(other);
            }
        }

        var round = new List<string> { start };
        for (var node = before[start]; node != start; node = before[node]) round.Insert(1, node);
        return round;
    }

    /// <summary>What is reached from a node by at least one step; the node itself only if it is in a circle.</summary>
    private static HashSet<string> Reached(string node, Func<string, IEnumerable<string>> next)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(next(node));
        while (open.TryPop(out var other))
        {
            if (!reached.Add(other)) continue;
            foreach (var further in next(other)) open.Push(further);
        }

        return reached;
    }
}
