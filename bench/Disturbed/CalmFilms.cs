using System.Globalization;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// The same films undisturbed: rendered in this one process, into a store of its own, after the
/// faults, when it is known which films there were.
/// </summary>
internal sealed class CalmFilms : IAsyncDisposable
{
    private readonly EmbeddedFarm farm;
    private readonly string folder;
    private readonly Dictionary<string, string> digests = [];

    private CalmFilms(EmbeddedFarm farm, string folder)
    {
        this.farm = farm;
        this.folder = folder;
    }

    public static async Task<CalmFilms> StartAsync(
        string folder, CancellationToken cancellationToken) =>
        new(
            await EmbeddedFarm.StartAsync(
                new EmbeddedFarmSettings(Path.Combine(folder, "store"), null, "cpu"),
                cancellationToken),
            folder);

    /// <summary>The digests of a film's frames; a film asked for twice is rendered once.</summary>
    public async Task<string> DigestAsync(string text, CancellationToken cancellationToken)
    {
        if (digests.TryGetValue(text, out var known))
        {
            return known;
        }

        var source = new FilmSource(
            StoryboardReader.Read(new Script { Format = ScriptFormat.Text, Text = text }),
            folder,
            "calm");
        var run = new FilmRun(
            farm, new PlainDisplay(TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var job = string.Create(CultureInfo.InvariantCulture, $"calm-{digests.Count + 1}");
        await using var events = await farm.ListenAsync(job, cancellationToken);
        var accepted = await run.SubmitAsync(source, job, JobPriority.Normal, cancellationToken)
            ?? throw new InvalidDataException($"the calm farm does not take the film:\n{text}");
        var place = Path.Combine(folder, "film");
        await run.WatchAsync(accepted, events, place, cancellationToken);
        return digests[text] = await Frames.DigestAsync(
            Path.Combine(place, "reel.mp4"), cancellationToken);
    }

    public ValueTask DisposeAsync() => farm.DisposeAsync();
}
