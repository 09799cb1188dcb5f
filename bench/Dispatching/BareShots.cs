using System.Text.Json;
using MassTransit;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// In the Broker's place, somebody who keeps nothing: grants every claim, and makes an event of
/// every report.
/// </summary>
internal sealed class BareShots(IEventExchange events)
    : IConsumer<ClaimShot>, IConsumer<AttemptCommitted>, IConsumer<WorkerAnnounced>
{
    /// <summary>Where workers without a Broker find their tickets.</summary>
    public const string Tickets = "bench.tickets";

    /// <summary>What they tell it.</summary>
    public const string Shots = "bench.shots";

    public static string EventsOf(string jobId) => $"job.bench.{jobId}.{nameof(ShotRendered)}";

    public Task Consume(ConsumeContext<ClaimShot> context)
    {
        var claim = context.Message;
        return context.RespondAsync(new ShotClaimed
        {
            AttemptId = claim.AttemptId,
            AttemptNumber = 1,
            ShotId = claim.DispatchId,
            TenantId = "bench",
            LeaseDuration = TimeSpan.FromSeconds(30),
            Task = new ShotTask
            {
                // As long as a digest, and different for every shot.
                RenderKey = claim.DispatchId.PadLeft(64, '0'),
                Model = NoOpWorkers.Model.Name,
                ModelDigest = NoOpWorkers.Model.Digest,
                NumericsProfile = "cpu-fp32",
                Prompt = "a boat",
                NegativePrompt = "",
                Seed = claim.ShotIndex,
                Size = NoOpWorkers.Model.Sizes[0],
                FrameRate = NoOpWorkers.Model.FrameRate,
                FrameCount = 1,
                StepCount = 1,
                GuidanceScale = 1,
                Sampler = NoOpWorkers.Model.Samplers[0],
            },
        });
    }

    public Task Consume(ConsumeContext<AttemptCommitted> context)
    {
        var report = context.Message;
        var rendered = new ShotRendered
        {
            JobId = report.JobId,
            ShotId = report.Clip.RenderKey,
            RenderKey = report.Clip.RenderKey,
            ClipKey = report.Clip.ObjectKey,
            Cached = false,
            LeftCount = 0,
        };
        return events.PublishAsync(
            EventsOf(report.JobId),
            report.AttemptId,
            JsonSerializer.SerializeToUtf8Bytes(rendered, FarmJson.Options),
            context.CancellationToken);
    }

    public Task Consume(ConsumeContext<WorkerAnnounced> context) => Task.CompletedTask;
}
