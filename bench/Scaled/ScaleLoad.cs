using System.Globalization;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// A job mix: films of short shots that come at once, and films of one long shot, which are still
/// being rendered when the pool shrinks.
/// </summary>
internal sealed class ScaleLoad(JobDesk desk, Chance chance)
{
    private static readonly string[] Things =
        ["a red balloon over green hills", "a boat on the sea", "a house in a forest"];

    private int seed;

    /// <summary>One short film, so that the farm's history knows what a frame costs.</summary>
    public Task RenderFirstAsync(CancellationToken cancellationToken) =>
        desk.RenderAsync(FilmKind.Plain, Film(1, 16), cancellationToken);

    /// <summary>Many films at once.</summary>
    public Task RenderManyAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, 8)
            .Select(_ => desk.RenderAsync(FilmKind.Plain, Film(2, 16), cancellationToken))
            .Concat(Enumerable.Range(0, 4).Select(_ =>
                desk.RenderAsync(FilmKind.Long, Film(1, 40), cancellationToken))));

    /// <summary>
    /// A few, one after the other: the pool is too large for them, so that workers are told to stop
    /// while others, or they themselves, render.
    /// </summary>
    public async Task RenderFewAsync(CancellationToken cancellationToken)
    {
        for (var film = 0; film < 6; film++)
        {
            await Task.WhenAll(
                desk.RenderAsync(FilmKind.Plain, Film(1, 16), cancellationToken),
                desk.RenderAsync(FilmKind.Long, Film(1, 40), cancellationToken));
        }
    }

    private string Film(int shotCount, int stepCount) => string.Join("\n\n",
        Enumerable.Range(0, shotCount)
            .Select(_ => string.Create(CultureInfo.InvariantCulture,
                $"{chance.Of(Things)}\n[[shot: seed {++seed}]]"))
            .Prepend(string.Create(CultureInfo.InvariantCulture,
                $"[[film: 2s, steps {stepCount}]]"))) + "\n";
}
