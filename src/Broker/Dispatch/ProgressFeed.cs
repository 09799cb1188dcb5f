using System.Text;
using System.Threading.Channels;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Tells clients of progress. Not through the outbox: a lost one is made good by the next, and when
/// the bus is slow the oldest are dropped. Such an event has no sequence number.
/// </summary>
internal sealed class ProgressFeed(
    IEventExchange events, TimeProvider time, ILogger<ProgressFeed> log) : BackgroundService
{
    private readonly Channel<(string Key, ShotProgressed Event)> progress =
        Channel.CreateBounded<(string, ShotProgressed)>(
            new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Tells of a shot that was renewed.</summary>
    public void Tell(JobState job, ShotState shot)
    {
        var attempt = shot.Attempt!;
        progress.Writer.TryWrite((Outgoing.EventKey<ShotProgressed>(job), new ShotProgressed
        {
            JobId = job.JobId,
            ShotId = shot.ShotId,
            AttemptNumber = attempt.AttemptNumber,
            WorkerId = attempt.WorkerId,
            Stage = attempt.Stage,
            StepNumber = attempt.StepNumber,
            StepCount = attempt.StepCount,
        }));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (key, shot) in progress.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await events.PublishAsync(
                    key,
                    Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                    Encoding.UTF8.GetBytes(Outgoing.Write(shot)),
                    stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.ProgressDropped(fault, shot.JobId, shot.ShotId);
            }
        }
    }
}
