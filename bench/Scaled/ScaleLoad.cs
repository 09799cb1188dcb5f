using System.Globalization;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// A job mix: films that come at once, more than the pool can take, then single shots, fewer at a
/// time than the pool has workers.
/// </summary>
internal sealed class ScaleLoad(JobDesk desk, Chance chance)
{
    private const int AtATime = 3;
    private const int EachCount = 12;

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
    /// A few at a time for longer than the pool waits before it shrinks. Each costs less than a
    /// worker is kept for, so the pool goes below those that are at work.
    /// </summary>
    public Task RenderFewAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Films(AtATime * EachCount).Chunk(EachCount).Select(async films =>
        {
            foreach (var film in films)
            {
                await desk.RenderAsync(FilmKind.Plain, film, cancellationToken);
            }
        }));

    private List<string> Films(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Film(1, 16))];

    private string Film(int shotCount, int stepCount) => string.Join("\n\n",
        Enumerable.Range(0, shotCount)
            .Select(_ => string.Create(CultureInfo.InvariantCulture,
                $"{chance.Of(Things)}\n[[shot: seed {++seed}]]"))
            .Prepend(string.Create(CultureInfo.InvariantCulture,
                $"[[film: 2s, steps {stepCount}]]"))) + "\n";
}
