using System.CommandLine;
using System.Text.Json;
using RenderFarm.Broker.Intake;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Cli.Commands;

/// <summary>
/// <c>status</c>, <c>watch</c>, <c>pause</c>, <c>resume</c> and <c>cancel</c>: what there is to do
/// with a job.
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

    private readonly Option<string?> shot = new("--shot")
    {
        Description = "One shot of the job, by its name, instead of all of it",
    };

    /// <summary>The commands as the command line knows them.</summary>
    public IEnumerable<Command> Build()
    {
        var watch = Command("watch", "Watch a job until it ends, and fetch its film.", WatchAsync);
        watch.Options.Add(outFolder);
        yield return Command("status", "Say how a job stands.", StatusAsync);
        yield return watch;
        yield return Asking(
            "pause",
            "Pause a job: workers let go within a step; finished shots are kept.",
            (job, shot) => new PauseJob { JobId = job, ShotId = shot });
        yield return Asking(
            "resume",
            "Let a paused job go on. A shot paused by itself is resumed by itself.",
            (job, shot) => new ResumeJob { JobId = job, ShotId = shot });
        yield return Asking(
            "cancel",
            "Stop a job; finished shots are kept. With --shot, go on without that shot.",
            (job, shot) => new CancelJob { JobId = job, ShotId = shot });
    }

    private Command Asking<T>(string name, string description, Func<string, string?, T> ask)
        where T : class
    {
        var command = Command(name, description, async (parsed, farm, interrupt) => Show(
            parsed,
            await farm.TellAsync(
                ask(parsed.GetValue(job)!, parsed.GetValue(shot)), interrupt)));
        command.Options.Add(shot);
        return command;
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

    private int Show(ParseResult parsed, JobAnswer answer)
    {
        if (answer.Rejected is { } rejected)
        {
            FaultText.Write(Console.Error, rejected.Faults);
            return ExitCode.BadInput;
        }

        return Show(parsed, answer.Snapshot);
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
        if (snapshot.Outlook is { } outlook)
        {
            Console.WriteLine($"  {OutlookText.Of(outlook)}");
        }

        if (snapshot.Budget is { } budget)
        {
            Console.WriteLine($"  {snapshot.GpuTime} of {budget} of GPU time used");
        }

        foreach (var shot in snapshot.Shots)
        {
            var status = shot.Status.ToString().ToLowerInvariant();
            Console.WriteLine(
                $"  {shot.ShotId,-16} {status,-9} {shot.FrameCount,5} frames  {shot.WorkerId}" +
                TakeText.Of(shot.TakeIndex, shot.Score) +
                (shot.Reason is null ? "" : $"  {shot.Reason}"));
        }

        return ExitCode.Done;
    }
}
