using System.CommandLine;
using System.Text.Json;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Cli.Commands;

/// <summary>
/// <c>status</c>, <c>watch</c> and <c>cancel</c>: what there is to do with a job.
/// </summary>
internal sealed class JobCommands
{
    private readonly FarmOptions farms = new();
    private readonly Argument<string> job = new("job") { Description = "The job's name" };

    private readonly Option<bool> json = new("--json")
    {
        Description = "JSON, for machines",
    };

    private readonly Option<string?> outFolder = new("--out", "-o")
    {
        Description = "Folder for the film's files [default: films/JOB]",
    };

    /// <summary>The commands as the command line knows them.</summary>
    public IEnumerable<Command> Build()
    {
        var watch = Command("watch", "Watch a job until it ends, and fetch its film.", WatchAsync);
        watch.Options.Add(outFolder);
        yield return Command("status", "Say how a job stands.", StatusAsync);
        yield return watch;
        yield return Command("cancel", "Stop a job; finished shots are kept.", CancelAsync);
    }

    private Command Command(
        string name,
        string description,
        Func<ParseResult, RemoteFarm, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.Arguments.Add(job);
        command.Options.Add(json);
        farms.AddTo(command);
        command.SetAction(async (parsed, interrupt) =>
        {
            await using var farm = await farms.ConnectAsync(parsed, interrupt);
            return await action(parsed, farm, interrupt);
        });
        return command;
    }

    private async Task<int> StatusAsync(
        ParseResult parsed, RemoteFarm farm, CancellationToken interrupt) =>
        Show(parsed, await farm.GetAsync(parsed.GetValue(job)!, interrupt));

    private async Task<int> CancelAsync(
        ParseResult parsed, RemoteFarm farm, CancellationToken interrupt) =>
        Show(parsed, await farm.CancelAsync(parsed.GetValue(job)!, interrupt));

    private async Task<int> WatchAsync(
        ParseResult parsed, RemoteFarm farm, CancellationToken interrupt)
    {
        var name = parsed.GetValue(job)!;
        var display = FilmOptions.DisplayFor(parsed.GetValue(json));
        var folder = Path.GetFullPath(
            parsed.GetValue(outFolder) ?? Path.Combine("films", Path.GetFileName(name)));
        await using var events = await farm.ListenAsync(name, interrupt);
        var snapshot = await farm.GetAsync(name, interrupt);
        if (snapshot is null or { Status: JobStatus.Failed or JobStatus.Canceled })
        {
            return Show(parsed, snapshot);
        }

        if (snapshot.Files is { } files)
        {
            display.Say(await FilmFetcher.FetchAsync(files, farm.Store, folder, interrupt));
            return ExitCode.Done;
        }

        var accepted = new JobAccepted
        {
            JobId = name,
            ShotCount = snapshot.Shots.Count,
            CachedShotCount = snapshot.Shots.Count(s => s.Cached),
            FrameCount = snapshot.Shots.Sum(s => s.FrameCount),
            Faults = [],
        };
        var run = new FilmRun(farm, display);
        try
        {
            return await display.RunAsync(
                () => run.WatchAsync(accepted, events, folder, interrupt));
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private int Show(ParseResult parsed, JobSnapshot? snapshot)
    {
        if (snapshot is null)
        {
            Console.Error.WriteLine($"error: no job '{parsed.GetValue(job)}' is known");
            return ExitCode.BadInput;
        }

        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(snapshot, FarmJson.Options));
            return ExitCode.Done;
        }

        var done = snapshot.Shots.Count(s => s.Status == ShotStatus.Rendered);
        Console.WriteLine($"{snapshot.JobId}: {snapshot.Status.ToString().ToLowerInvariant()}, " +
            $"{done} of {snapshot.Shots.Count} shots rendered" +
            (snapshot.Reason is null ? "" : $"; {snapshot.Reason}"));
        foreach (var shot in snapshot.Shots)
        {
            var status = shot.Status.ToString().ToLowerInvariant();
            Console.WriteLine(
                $"  {shot.ShotId,-16} {status,-9} {shot.FrameCount,5} frames  {shot.WorkerId}" +
                TakeText.Of(shot.TakeIndex, shot.Score));
        }

        return ExitCode.Done;
    }
}
