using System.CommandLine;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Cli.Commands;

/// <summary>
/// <c>renderfarm submit</c>: sends a film to a farm, and waits for it if asked to.
/// </summary>
internal sealed class SubmitCommand
{
    private readonly FilmOptions film = new();
    private readonly FarmOptions farms = new();

    private readonly Option<bool> wait = new("--wait", "-w")
    {
        Description = "Watch the job and fetch the film. Ctrl-C stops the watching, not the job",
    };

    private readonly Option<string?> jobId = new("--job")
    {
        Description = "A name of your own (a-z 0-9 -). Sending one job twice under it is harmless",
    };

    private readonly Option<JobPriority> priority = new("--priority")
    {
        Description = "How soon it is wanted",
        DefaultValueFactory = _ => JobPriority.Normal,
    };

    private readonly Option<string?> tenant = new("--tenant")
    {
        Description = "Whose share of the farm it uses [default: the farm's own]",
    };

    private readonly Option<TimeSpan?> budget = new("--budget")
    {
        Description = "GPU time that it may use, as in 1.12:30:00 (days.hours:minutes:seconds)",
    };

    /// <summary>The command as the command line knows it.</summary>
    public Command Build()
    {
        var command = new Command("submit", "Send a film to a farm.");
        film.AddTo(command);
        farms.AddTo(command);
        command.Options.Add(wait);
        command.Options.Add(jobId);
        command.Options.Add(priority);
        command.Options.Add(tenant);
        command.Options.Add(budget);
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

        await using var farm = await farms.ConnectAsync(parsed, interrupt);
        var run = new FilmRun(farm, display) { WithPreview = film.WithPreview(parsed) };
        var name = parsed.GetValue(jobId) ?? $"job-{Guid.CreateVersion7():n}";
        await using var events = await farm.ListenAsync(name, interrupt);
        var accepted = await run.SubmitAsync(
            source,
            new SubmitJob
            {
                JobId = name,
                Priority = parsed.GetValue(priority),
                Tenant = parsed.GetValue(tenant),
                Budget = parsed.GetValue(budget),
            },
            interrupt);
        if (accepted is null)
        {
            return ExitCode.BadInput;
        }

        if (!parsed.GetValue(wait))
        {
            display.Say($"accepted as {accepted.JobId}; see: renderfarm watch {accepted.JobId}");
            if (accepted.Outlook is { } outlook)
            {
                display.Say(OutlookText.Of(outlook));
            }

            return ExitCode.Done;
        }

        try
        {
            var folder = film.OutFolder(parsed, source);
            return await display.RunAsync(
                () => run.WatchAsync(accepted, events, folder, interrupt));
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            display.Say($"the job goes on; stop it with: renderfarm cancel {accepted.JobId}");
            return ExitCode.Interrupted;
        }
    }
}
