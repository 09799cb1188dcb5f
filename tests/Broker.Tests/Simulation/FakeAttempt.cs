using System.Text;
using System.Text.Json;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>An attempt of a worker, one effect at a time.</summary>
internal sealed class FakeAttempt(
    FakeWorld world, string workerId, RenderShot shot, ShotClaimed claimed)
{
    private static readonly RenderError[] Errors =
        [.. Enum.GetValues<RenderError>().Where(e => e != RenderError.LeaseExpired)];

    private readonly string recordKey =
        ObjectKeys.AcceptedClip(claimed.TenantId, claimed.Task.RenderKey);

    private Stage stage;
    private int stepsLeft = 1 + world.Next(3);
    private FakeQuestion? renewal;
    private Clip? clip;

    private enum Stage
    {
        Look,
        Render,
        Upload,
        Accept,
        Read,
        Report,
        Ended,
    }

    /// <summary>Whether the device is free for another shot.</summary>
    public bool IsFinishing => stage > Stage.Render;

    public bool HasEnded => stage == Stage.Ended;

    /// <summary>True after an error that a process does not outlive.</summary>
    public bool EndsProcess { get; private set; }

    public void Step()
    {
        if (!IsStillMine())
        {
            stage = Stage.Ended;
            return;
        }

        if (renewal is null && world.Next(4) == 0)
        {
            renewal = FakeQuestion.Ask(world, new RenewLease
            {
                JobId = shot.JobId,
                ShotIndex = shot.ShotIndex,
                AttemptId = claimed.AttemptId,
                Stage = IsFinishing ? AttemptStage.Uploading : AttemptStage.Rendering,
                StepNumber = 1,
                StepCount = 4,
            });
            return;
        }

        // A store that fails is asked again; whether the call before happened, nobody knows.
        if (world.Hits(Faults.ObjectTrouble, 60) && world.Next(2) == 0)
        {
            return;
        }

        var next = Take();
        stage = world.Hits(Faults.ObjectTrouble, 60) && stage is Stage.Upload or Stage.Accept
            ? stage
            : next;
    }

    public void HandBack() => world.Bus.Send(new FakeMail(new AttemptHandedBack
    {
        JobId = shot.JobId,
        ShotIndex = shot.ShotIndex,
        AttemptId = claimed.AttemptId,
        WorkerId = workerId,
    }));

    private bool IsStillMine()
    {
        if (renewal is null)
        {
            return true;
        }

        if (renewal.Answer is LeaseRenewed { Directive: LeaseDirective.HandBack })
        {
            HandBack();
            return false;
        }

        if (renewal.Answer is LeaseRenewed { Directive: not LeaseDirective.Continue })
        {
            // A zombie is one that did not hear it in time.
            renewal = null;
            return world.Hits(Faults.Silence, 400);
        }

        if (renewal.Answer is not null || renewal.IsHopeless())
        {
            renewal = null;
        }

        return true;
    }

    private Stage Take()
    {
        switch (stage)
        {
            case Stage.Look:
                clip = world.Objects.TryGet<Clip>(recordKey);
                return clip is null ? Stage.Render : Stage.Report;
            case Stage.Render when world.Hits(Faults.BadAttempts, 90):
                return Fail();
            case Stage.Render:
                return --stepsLeft > 0 ? Stage.Render : Stage.Upload;
            case Stage.Upload:
                world.Objects.Put(Own().ObjectKey, Encoding.UTF8.GetBytes(claimed.AttemptId));
                return Stage.Accept;
            case Stage.Accept:
                clip = Own();
                var isFirst = world.Objects.PutIfAbsent(
                    recordKey, JsonSerializer.SerializeToUtf8Bytes(clip, FarmJson.Options));
                return isFirst || world.Setup.Mutant == Mutant.AcceptWithoutRecord
                    ? Stage.Report
                    : Stage.Read;
            case Stage.Read:
                clip = world.Objects.TryGet<Clip>(recordKey);
                return Stage.Report;
            case Stage.Report:
                world.Trace($"{workerId} reports {claimed.AttemptId}");
                world.Bus.Send(new FakeMail(new AttemptCommitted
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    AttemptId = claimed.AttemptId,
                    Clip = clip!,
                }));
                return Stage.Ended;
            default:
                return Stage.Ended;
        }
    }

    private Stage Fail()
    {
        var error = Errors[world.Next(Errors.Length)];
        world.Trace($"{workerId} fails {claimed.AttemptId}: {error}");
        world.Bus.Send(new FakeMail(new AttemptFailed
        {
            JobId = shot.JobId,
            ShotIndex = shot.ShotIndex,
            AttemptId = claimed.AttemptId,
            WorkerId = workerId,
            Error = error,
            Message = "why",
        }));
        EndsProcess = error is RenderError.DeviceLost or RenderError.DeviceStuck;
        return Stage.Ended;
    }

    private Clip Own() =>
        Films.Clip(claimed.Task.RenderKey, claimed.AttemptId) with { WorkerId = workerId };
}
