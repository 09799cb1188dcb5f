using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Cli.Films;

/// <summary>What to render, as the command line named it: a file, or words.</summary>
/// <param name="Reading">The storyboard, and what is wrong with it.</param>
/// <param name="Folder">Where the files beside it lie.</param>
/// <param name="Name">What it is called, for folders and messages.</param>
internal sealed record FilmSource(StoryboardReading Reading, string Folder, string Name)
{
    /// <summary>Reads a script file; a file that is not there is a fault like any other.</summary>
    public static async Task<FilmSource> OpenAsync(
        string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return Unread("file-not-found", path, Directory.Exists(path)
                ? $"'{path}' is a folder; name the storyboard file in it"
                : $"there is no file '{path}'");
        }

        try
        {
            return new FilmSource(
                await StoryboardReader.ReadFileAsync(path, cancellationToken),
                file.DirectoryName!,
                Path.GetFileNameWithoutExtension(file.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unread("file-unreadable", path, e.Message);
        }
    }

    /// <summary>A film of one shot.</summary>
    public static FilmSource OfPrompt(string prompt) => new(
        StoryboardReader.Read(new Script { Format = ScriptFormat.Text, Text = prompt }),
        Directory.GetCurrentDirectory(),
        "prompt");

    /// <summary>Nothing that could be rendered, and why.</summary>
    public static FilmSource Unread(string code, string place, string message) => new(
        new StoryboardReading(null,
        [
            new Fault
            {
                Severity = FaultSeverity.Error,
                Code = code,
                Place = place,
                Message = message,
            },
        ]),
        "",
        "");
}
