using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>What a script says, and what is wrong with it.</summary>
/// <param name="Storyboard">
/// The film as far as it can be made out: null when nothing can, and perhaps beside errors.
/// </param>
/// <param name="Faults">Everything that was found while reading.</param>
public sealed record StoryboardReading(Storyboard? Storyboard, IReadOnlyList<Fault> Faults)
{
    /// <summary>
    /// Where each part of the film stands in its source, by JSON path: <c>$.shots[2]</c> is at
    /// <c>line 14</c>. Empty when the source is JSON.
    /// </summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } =
        new Dictionary<string, string>();

    /// <summary>
    /// The place in the source of a part of the film, given as a JSON path; the path itself where
    /// the source has no lines.
    /// </summary>
    public string PlaceOf(string path)
    {
        var part = path;
        while (part.Length > 0)
        {
            if (Places.TryGetValue(part, out var place))
            {
                return place;
            }

            part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))];
        }

        return path;
    }

    /// <summary>The faults with their places in the source instead of JSON paths.</summary>
    public IReadOnlyList<Fault> Locate(IEnumerable<Fault> faults) =>
        [.. faults.Select(fault => fault with { Place = PlaceOf(fault.Place) })];
}
