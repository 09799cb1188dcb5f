using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Reporting;

/// <summary>Does what a job's state calls for next. Doing it twice is harmless.</summary>
internal sealed class JobProgression(JobCloser closer, FilmFinisher finisher)
{
    /// <summary>
    /// Asks for the reel of a job whose clips are all there; ends the shots of an ended one.
    /// </summary>
    public async Task CarryOnAsync(JobState job, CancellationToken cancellationToken)
    {
        if (job.CanBeStitched)
        {
            await finisher.AskForReelAsync(job, cancellationToken);
        }
        else if (job.HasEnded && !job.Closed)
        {
            await closer.CloseAsync(job, cancellationToken);
        }
    }
}
