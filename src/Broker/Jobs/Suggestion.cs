namespace RenderFarm.Broker.Jobs;

/// <summary>Guesses which known word somebody meant.</summary>
internal static class Suggestion
{
    private const int MaxListed = 12;
    private const int MaxWordLength = 64;

    /// <summary>
    /// " Did you mean 'euler'?" when a known word is near, else " Known: euler, heun."; starts
    /// with a space, to follow a sentence.
    /// </summary>
    public static string For(string word, IReadOnlyCollection<string> known)
    {
        if (Nearest(word, known) is { } near)
        {
            return $" Did you mean '{near}'?";
        }

        var more = known.Count > MaxListed ? ", ..." : "";
        return known.Count == 0 ? "" : $" Known: {string.Join(", ", known.Take(MaxListed))}{more}.";
    }

    /// <summary>The nearest known word, if any is near enough to be a slip of the pen.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > MaxWordLength)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Slips: Distance(word, name)))
            .OrderBy(pair => pair.Slips)
            .FirstOrDefault();
        return best.Name is not null && best.Slips <= Math.Max(1, word.Length / 3)
            ? best.Name
            : null;
    }

    /// <summary>
    /// Letters to add, drop, change or swap with their neighbour; case is ignored.
    /// </summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1][];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i] = new int[right.Length + 1];
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i][j] = i == 0 || j == 0 ? i + j : Cell(rows, left, right, i, j);
            }
        }

        return rows[left.Length][right.Length];
    }

    private static int Cell(int[][] rows, string left, string right, int i, int j)
    {
        var same = Same(left[i - 1], right[j - 1]);
        var cost = Math.Min(
            Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1,
            rows[i - 1][j - 1] + (same ? 0 : 1));
        var swapped = i > 1 && j > 1
            && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
        return swapped ? Math.Min(cost, rows[i - 2][j - 2] + 1) : cost;
    }

    private static bool Same(char left, char right) =>
        char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
