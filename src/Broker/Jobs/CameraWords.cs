namespace RenderFarm.Broker.Jobs;

/// <summary>The camera moves that have one canonical wording each.</summary>
internal static class CameraWords
{
    /// <summary>Every canonical wording without a speed.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "static camera", "pan left", "pan right", "tilt up", "tilt down",
        "zoom in", "zoom out", "dolly in", "dolly out",
    ];

    private static Dictionary<string, string> Aliases { get; } = new()
    {
        ["static"] = "static camera",
        ["static shot"] = "static camera",
        ["still"] = "static camera",
        ["still camera"] = "static camera",
        ["locked off"] = "static camera",
        ["locked-off shot"] = "static camera",
        ["push in"] = "dolly in",
        ["pull back"] = "dolly out",
        ["pull out"] = "dolly out",
    };

    /// <summary>
    /// The canonical wording of one move: <c>The camera slowly pans to the left</c> is
    /// <c>slow pan left</c>. Null when the move is not known.
    /// </summary>
    public static string? Canonical(string words)
    {
        var parts = words.ToLowerInvariant()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToList();
        if (parts is ["the", "camera", ..])
        {
            parts.RemoveRange(0, 2);
        }

        parts.RemoveAll(part => part is "to" or "the");
        var speed = parts.FirstOrDefault() switch
        {
            "slow" or "slowly" => "slow ",
            "fast" or "quick" or "quickly" => "fast ",
            _ => "",
        };
        var move = string.Join(' ', parts.Skip(speed.Length > 0 ? 1 : 0).Select(Infinitive));
        move = Aliases.GetValueOrDefault(move, move);
        return Known.Contains(move) && (speed.Length == 0 || move != Known[0])
            ? speed + move
            : null;
    }

    /// <summary>
    /// Several moves, parted by commas, each in its canonical wording where it has one.
    /// </summary>
    /// <param name="words">What was written.</param>
    /// <param name="unknown">The moves that are kept as they were written.</param>
    public static string Read(string words, out IReadOnlyList<string> unknown)
    {
        var moves = words.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        unknown = [.. moves.Where(move => Canonical(move) is null)];
        return string.Join(", ", moves.Select(move => Canonical(move) ?? move));
    }

    private static string Infinitive(string word) => word switch
    {
        "pans" => "pan",
        "tilts" => "tilt",
        "zooms" => "zoom",
        "dollies" => "dolly",
        "pushes" => "push",
        "pulls" => "pull",
        _ => word,
    };
}
