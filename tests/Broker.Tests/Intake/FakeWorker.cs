using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>
/// A worker that makes no pictures: it claims, renews, commits; fails the first attempt at a shot
/// whose prompt says "difficult", every attempt at an "impossible" one, and goes on with a "slow"
/// one until it is asked back.
/// </summary>
internal sealed class FakeWorker(
    ITicketQueue tickets,
    IFarmSender sender,
    IRequestClient<ClaimShot> claims,
    IRequestClient<RenewLease> renewals,
    IObjectStore objects,
    string workerId) : BackgroundService
{
    private static readonly string Queue = FarmQueues.Render(
        Jobs.Desk.Flipbook.Name, Jobs.Desk.Flipbook.Digest, "cpu-fp32");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await sender.SendAsync(
                FarmQueues.Shots,
                new WorkerAnnounced
                {
                    WorkerId = workerId,
                    Queues = [Queue],
                    Busy = false,
                    Leaving = false,
                },
                stoppingToken);
            var ticket = await tickets.TakeAsync([Queue], stoppingToken);
            var shot = JsonSerializer.Deserialize<RenderShot>(
                ticket.Body.Span, FarmJson.Options)!;
            var answer = await claims.GetResponse<ShotClaimed, ClaimRefused>(
                new ClaimShot
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    DispatchId = shot.DispatchId,
                    AttemptId = Guid.CreateVersion7().ToString(),
                    WorkerId = workerId,
                },
                stoppingToken);
            await ticket.AcknowledgeAsync(stoppingToken);
            if (answer.Is(out Response<ShotClaimed>? claimed))
            {
                await RenderAsync(shot, claimed.Message, stoppingToken);
            }
        }
    }

    private async Task<LeaseDirective> RenewAsync(
        RenderShot shot, ShotClaimed claimed, CancellationToken cancellationToken)
    {
        var renewed = await renewals.GetResponse<LeaseRenewed>(
            new RenewLease
            {
                JobId = shot.JobId,
                ShotIndex = shot.ShotIndex,
                AttemptId = claimed.AttemptId,
                Stage = AttemptStage.Rendering,
                StepNumber = 1,
                StepCount = claimed.Task.StepCount,
                WorkerId = workerId,
                AttemptNumber = claimed.AttemptNumber,
                RenderKey = claimed.Task.RenderKey,
            },
            cancellationToken);
        return renewed.Message.Directive;
    }

    private async Task RenderAsync(
        RenderShot shot, ShotClaimed claimed, CancellationToken cancellationToken)
    {
        bool Is(string word) => claimed.Task.Prompt.Contains(word, StringComparison.Ordinal);

        LeaseDirective directive;
        do
        {
            directive = await RenewAsync(shot, claimed, cancellationToken);
        }
        while (Is("slow") && claimed.AttemptNumber == 1 && directive == LeaseDirective.Continue);

        if (directive == LeaseDirective.HandBack)
        {
            await sender.SendAsync(
                FarmQueues.Shots,
                new AttemptHandedBack
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    AttemptId = claimed.AttemptId,
                    WorkerId = workerId,
                },
                cancellationToken);
            return;
        }

        Assert.Equal(LeaseDirective.Continue, directive);
        if (Is("impossible") || (claimed.AttemptNumber == 1 && Is("difficult")))
        {
            await sender.SendAsync(
                FarmQueues.Shots,
                new AttemptFailed
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    AttemptId = claimed.AttemptId,
                    WorkerId = workerId,
                    Error = Is("impossible") ? RenderError.BadInput : RenderError.BadFrames,
                    Message = "this attempt fails",
                },
                cancellationToken);
            return;
        }

        await objects.PutIfAbsentAsync(
            ObjectKeys.AcceptedClip(claimed.TenantId, claimed.Task.RenderKey),
            JsonSerializer.SerializeToUtf8Bytes(
                Films.Clip(claimed.Task.RenderKey, claimed.AttemptId), FarmJson.Options),
            "application/json",
            cancellationToken);
        await sender.SendAsync(
            FarmQueues.Shots,
            new AttemptCommitted
            {
                JobId = shot.JobId,
                ShotIndex = shot.ShotIndex,
                AttemptId = claimed.AttemptId,
                Clip = Films.Clip(claimed.Task.RenderKey, claimed.AttemptId),
            },
            cancellationToken);
    }
}
