using System.CommandLine;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Cli.Commands;

/// <summary>
/// <c>renderfarm render</c>: a film from words, on this machine, in this process.
/// </summary>
internal sealed class RenderCommand
{
    private readonly FilmOptions film = new();

    private readonly Option<string> store = new("--store")
    {
        Description = "Folder that keeps finished shots between runs",
        DefaultValueFactory = _ => Path.Combine(".farm", "store"),
    };

    private readonly Option<string?> model = new("--model")
    {
        Description = "Folder of the model package [default: Flipbook, which comes with it]",
    };

    private readonly Option<string> device = new("--device")
    {
        Description = "cpu, cuda, or auto (the GPU if there is one)",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The command as the command line knows it.</summary>
    public Command Build()
    {
        var command = new Command("render",
            "Render a film on this machine. Shots that were rendered before are not done again.");
        film.AddTo(command);
        device.AcceptOnlyFromAmong("cpu", "cuda", "auto");
        command.Options.Add(store);
        command.Options.Add(model);
        command.Options.Add(device);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupt)
    {
        var display = film.Display(parsed);
        if (await film.TryOpenAsync(parsed, display, interrupt) is not { } source)
        {
            return ExitCode.BadInput;
        }

        var settings = new EmbeddedFarmSettings(
            Path.GetFullPath(parsed.GetValue(store)!),
            parsed.GetValue(model),
            parsed.GetValue(device)!);
        var outFolder = film.OutFolder(parsed, source);
        return await display.RunAsync(
            () => RenderAsync(parsed, source, settings, outFolder, display, interrupt));
    }

    private async Task<int> RenderAsync(
        ParseResult parsed,
        FilmSource source,
        EmbeddedFarmSettings settings,
        string outFolder,
        IFilmDisplay display,
        CancellationToken interrupt)
    {
        await using var farm = await EmbeddedFarm.StartAsync(settings, interrupt);
        var run = new FilmRun(farm, display) { WithPreview = film.WithPreview(parsed) };
        var jobId = $"local-{Guid.CreateVersion7():n}";
        await using var events = await farm.ListenAsync(jobId, interrupt);
        try
        {
            var accepted = await run.SubmitAsync(
                source, jobId, JobPriority.Interactive, interrupt);
            return accepted is null
                ? ExitCode.BadInput
                : await run.WatchAsync(accepted, events, outFolder, interrupt);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await run.StopAsync(jobId, events);
            return ExitCode.Interrupted;
        }
    }
}
