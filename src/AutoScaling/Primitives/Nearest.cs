namespace AutoScaling.Primitives;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The known name that is one or two slips away; <see langword="null"/> if none is.</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        var limit = name.Length <= 4 ? 1 : 2;
        string? nearest = null;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit) continue;
            var distance = Slips(name, candidate);
            if (distance > limit) continue;
            nearest = candidate;
            limit = distance - 1;
        }

        return nearest;
    }

    /// <summary>
    /// Letters to insert, remove, replace or swap with their neighbour (the optimal string alignment distance), whatever their case.
    /// </summary>
    private static int Slips(string a, string b)
    {
        int[] before = new int[b.Length + 1], last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
