using System.Globalization;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>Small films without end; a seed decides them all.</summary>
internal sealed class Films(Chance chance)
{
    // One frame more than the model extends a clip by, and two steps: the real network, as little
    // of it as there can be.
    private const string Head = "[[film: length 5f, size 160x96, fps 8, steps 2]]";

    private static readonly string[] Things =
    [
        "a lighthouse on a cliff", "a red balloon over green hills", "a city in the rain",
        "a boat on the sea", "a train in the mountains", "a house in a forest",
    ];

    private static readonly string[] Hours = ["at dusk", "at noon", "at night", "in fog"];

    private readonly List<string> made = [];
    private IReadOnlyList<string> lastShots = [];
    private int seed;

    /// <summary>The next film as plain text, and what kind it is.</summary>
    public (FilmKind Kind, string Text) Next()
    {
        var kind = chance.Below(12) switch
        {
            < 4 => FilmKind.Plain,
            < 6 => FilmKind.Chain,
            < 8 => FilmKind.Shared,
            < 10 => FilmKind.Long,
            _ => FilmKind.Again,
        };
        if (kind == FilmKind.Again && made.Count > 0)
        {
            return (kind, chance.Of(made));
        }

        string[] shots = kind switch
        {
            FilmKind.Chain => [.. Enumerable.Range(0, 3).Select(Link)],
            FilmKind.Shared => Shared(),
            FilmKind.Long => [Shot(", steps 30")],
            _ => [Shot(), Shot(), Shot()],
        };
        if (kind is FilmKind.Plain or FilmKind.Shared)
        {
            lastShots = [.. shots.Distinct()];
        }

        var text = string.Join("\n\n", shots.Prepend(Head)) + "\n";
        made.Add(text);
        return (kind, text);
    }

    private string[] Shared()
    {
        var twice = Shot();
        return [twice, Shot(), .. lastShots.Take(2), twice];
    }

    private string Link(int index) =>
        Shot(string.Create(CultureInfo.InvariantCulture,
            $", id link-{index}") + (index == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $", continues link-{index - 1}")));

    private string Shot(string more = "") =>
        string.Create(CultureInfo.InvariantCulture,
            $"{chance.Of(Things)} {chance.Of(Hours)}\n[[shot: seed {++seed}{more}]]");
}
