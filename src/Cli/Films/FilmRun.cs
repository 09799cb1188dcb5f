using RenderFarm.Broker.Jobs;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Media;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Cli.Films;

/// <summary>One film from its source to its files, on whichever farm.</summary>
internal sealed class FilmRun(IFarm farm, IFilmDisplay display)
{
    // How long a stopped render may take to say so: a step, and the clip being written.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Whether a small moving picture of the film is wanted beside it.</summary>
    public bool WithPreview { get; init; }

    /// <summary>Sends a film with nothing set but its name and class.</summary>
    /// <returns>The farm's word, or null when it cannot be rendered as written.</returns>
    public Task<JobAccepted?> SubmitAsync(
        FilmSource source,
        string jobId,
        JobPriority priority,
        CancellationToken cancellationToken) =>
        SubmitAsync(
            source, new SubmitJob { JobId = jobId, Priority = priority }, cancellationToken);

    /// <summary>Sends the storyboard and what lies beside it to the farm.</summary>
    /// <param name="source">The film.</param>
    /// <param name="asked">The command, to which the storyboard is added.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The farm's word, or null when it cannot be rendered as written.</returns>
    public async Task<JobAccepted?> SubmitAsync(
        FilmSource source, SubmitJob asked, CancellationToken cancellationToken)
    {
        var stored = await InputFiles.StoreAsync(
            source.Reading, source.Folder, farm.Store, farm.TenantId, cancellationToken);

        var command = asked with { Storyboard = stored.Storyboard };
        var answer = await farm.SubmitAsync(command, stored, cancellationToken);
        display.Faults(answer.Accepted?.Faults ?? answer.Rejected!.Faults);
        return answer.Accepted;
    }

    /// <summary>Shows the job until it ends, and fetches the film.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> WatchAsync(
        JobAccepted accepted,
        IEventSubscription events,
        string outFolder,
        CancellationToken cancellationToken)
    {
        var snapshot = await farm.GetAsync(accepted.JobId, cancellationToken)
            ?? throw new FarmUnreachableException($"the Broker does not know {accepted.JobId}");
        display.Accepted(accepted, snapshot);

        await foreach (var farmEvent in events.ReadAllAsync(cancellationToken))
        {
            var message = JobEvents.Read(farmEvent);
            display.Event(farmEvent, message);
            switch (message)
            {
                case JobCompleted completed:
                    var reel = await FilmFetcher.FetchAsync(
                        completed.Files, farm.Store, outFolder, cancellationToken);
                    if (WithPreview)
                    {
                        await new MovingPicture(TimeProvider.System).WriteAsync(
                            reel, Path.Combine(outFolder, "preview.webp"), cancellationToken);
                    }

                    display.Fetched(completed, reel);
                    return ExitCode.Done;
                case JobFailed or JobCanceled:
                    return ExitCode.RenderFailed;
                default:
                    break;
            }
        }

        throw new FarmUnreachableException("the events ended before the film did");
    }

    /// <summary>Stops the job and waits until its worker has let go.</summary>
    public async Task StopAsync(string jobId, IEventSubscription events)
    {
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            if (await farm.CancelAsync(jobId, timeout.Token) is null)
            {
                return;
            }

            await foreach (var farmEvent in events.ReadAllAsync(timeout.Token))
            {
                var message = JobEvents.Read(farmEvent);
                display.Event(farmEvent, message);
                if (message is JobCanceled or JobCompleted or JobFailed)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            display.Say("the render did not stop in time; finished shots are kept all the same");
        }
    }
}
