using System.CommandLine;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts.Film;
using RenderFarm.Media;
using Spectre.Console;

namespace RenderFarm.Cli.Commands;

/// <summary>The arguments that every command about a new film has.</summary>
internal sealed class FilmOptions
{
    private readonly Argument<string?> file = new("storyboard")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A storyboard (.json), a screenplay (.fountain), or plain text (.txt), a " +
            "paragraph a shot",
    };

    private readonly Option<string?> prompt = new("--prompt", "-p")
    {
        Description = "One shot in words, in place of a storyboard",
    };

    private readonly Option<string?> outFolder = new("--out", "-o")
    {
        Description = "Folder for reel, contact sheet, timeline and report [default: films/NAME, " +
            "of a draft films/NAME-draft]",
    };

    private readonly Option<bool> draft = new("--draft")
    {
        Description = "A quick look: few steps, one take, the model's own size and frame rate " +
            "unless the film sets them",
    };

    private readonly Option<bool> bestEffort = new("--best-effort")
    {
        Description = "Go on when a shot cannot be rendered, with a card in its place",
    };

    private readonly Option<bool> preview = new("--preview")
    {
        Description = "Also write preview.webp, a small moving picture of the film's first " +
            $"{MovingPicture.LongestTime.TotalSeconds} seconds",
    };

    private readonly Option<bool> json = new("--json")
    {
        Description = "One JSON object a line, for machines",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(file);
        command.Options.Add(prompt);
        command.Options.Add(outFolder);
        command.Options.Add(draft);
        command.Options.Add(bestEffort);
        command.Options.Add(preview);
        command.Options.Add(json);
    }

    /// <summary>Whether a moving picture of the film is wanted.</summary>
    public bool WithPreview(ParseResult parsed) => parsed.GetValue(preview);

    /// <summary>How to show what happens.</summary>
    public IFilmDisplay Display(ParseResult parsed) => DisplayFor(parsed.GetValue(json));

    /// <summary>The display for a terminal, a pipe, or a machine.</summary>
    public static IFilmDisplay DisplayFor(bool asJson)
    {
        if (asJson)
        {
            return new JsonDisplay(Console.Out);
        }

        return Console.IsOutputRedirected
            ? new PlainDisplay(Console.Out, Console.Error, TimeProvider.System)
            : new TerminalDisplay(AnsiConsole.Console, Console.Error, TimeProvider.System);
    }

    /// <summary>Opens what the command line names; shows what is wrong with it.</summary>
    /// <returns>Null when there is no storyboard in it at all.</returns>
    public async Task<FilmSource?> TryOpenAsync(
        ParseResult parsed, IFilmDisplay display, CancellationToken cancellationToken)
    {
        var source = (parsed.GetValue(file), parsed.GetValue(prompt)) switch
        {
            ({ } path, null) => await FilmSource.OpenAsync(path, cancellationToken),
            (null, { } words) => FilmSource.OfPrompt(words),
            _ => FilmSource.Unread(
                "no-film", "command line", "name one storyboard file, or say --prompt \"WORDS\""),
        };
        if (source.Reading.Storyboard is { } storyboard)
        {
            var isDraft = storyboard.Draft || parsed.GetValue(draft);
            var film = storyboard with
            {
                Draft = isDraft,
                OnFailedShot = parsed.GetValue(bestEffort)
                    ? FailedShotRule.Card
                    : storyboard.OnFailedShot,
            };
            return source with { Reading = source.Reading with { Storyboard = film } };
        }

        display.Faults(source.Reading.Faults);
        return null;
    }

    /// <summary>Where the film's files go; a draft takes no finished film's place.</summary>
    public string OutFolder(ParseResult parsed, FilmSource source)
    {
        var name = source.Reading.Storyboard is { Draft: true }
            ? $"{source.Name}-draft"
            : source.Name;
        return Path.GetFullPath(parsed.GetValue(outFolder) ?? Path.Combine("films", name));
    }
}
