using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;

namespace RenderFarm.Worker;

/// <summary>Everything that a worker logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Loaded model {Model} {ModelDigest} as {NumericsProfile} on {Device} in {Duration}")]
    public static partial void ModelLoaded(
        this ILogger log,
        string model,
        string modelDigest,
        string numericsProfile,
        string device,
        TimeSpan duration);

    [LoggerMessage(2, LogLevel.Information, "Registered model {Model} {ModelDigest}")]
    public static partial void ModelRegistered(this ILogger log, string model, string modelDigest);

    [LoggerMessage(3, LogLevel.Warning,
        "Dropped a ticket of {ByteCount} bytes from {Queue}: not readable")]
    public static partial void TicketUnreadable(this ILogger log, string queue, int byteCount);

    [LoggerMessage(4, LogLevel.Warning,
        "Gave the ticket of job {JobId} shot {ShotIndex} back: the claim was not answered in time")]
    public static partial void ClaimUnanswered(this ILogger log, string jobId, int shotIndex);

    [LoggerMessage(5, LogLevel.Information, "Was refused job {JobId} shot {ShotIndex}: {Reason}")]
    public static partial void ClaimRefused(
        this ILogger log, string jobId, int shotIndex, string reason);

    [LoggerMessage(6, LogLevel.Information,
        "Claimed job {JobId} shot {ShotIndex} as attempt {AttemptId}, try {AttemptNumber}")]
    public static partial void ShotClaimed(
        this ILogger log, string jobId, int shotIndex, string attemptId, int attemptNumber);

    [LoggerMessage(7, LogLevel.Warning, "Could not acknowledge a ticket of {Queue}")]
    public static partial void AcknowledgeFailed(this ILogger log, Exception fault, string queue);

    [LoggerMessage(8, LogLevel.Warning, "Could not take a ticket")]
    public static partial void TakeFailed(this ILogger log, Exception fault);

    [LoggerMessage(9, LogLevel.Information, "No answer to {Question} came through the bus")]
    public static partial void NotAnswered(this ILogger log, Exception fault, string question);

    [LoggerMessage(11, LogLevel.Warning,
        "The object store failed at {ObjectKey}; next try in {Pause}")]
    public static partial void StoreCallFailed(
        this ILogger log, Exception fault, string objectKey, TimeSpan pause);

    [LoggerMessage(12, LogLevel.Warning,
        "Job {JobId} shot {ShotIndex} attempt {AttemptId}: take {TakeIndex} looks {Fault}")]
    public static partial void TakeLooksWrong(
        this ILogger log,
        string jobId,
        int shotIndex,
        string attemptId,
        int takeIndex,
        TakeFault fault);

    [LoggerMessage(13, LogLevel.Information,
        "Kept take {TakeIndex} of {TakeCount} of job {JobId} shot {ShotIndex} attempt {AttemptId}: "
            + "score {Score}")]
    public static partial void TakeKept(
        this ILogger log,
        string jobId,
        int shotIndex,
        string attemptId,
        int takeIndex,
        int takeCount,
        double? score);

    [LoggerMessage(10, LogLevel.Warning,
        "The device's memory did not suffice for model {Model}: from now on, {Rung}")]
    public static partial void MemoryRanShort(this ILogger log, string model, string rung);

    [LoggerMessage(46, LogLevel.Warning,
        "Model {Model} passed what half precision holds. {Overflow}")]
    public static partial void HalfPrecisionRanOver(
        this ILogger log, string model, string overflow);

    [LoggerMessage(21, LogLevel.Warning,
        "Model {Model} uses no device graphs, though they were asked for: {Reason}")]
    public static partial void DeviceGraphsRefused(this ILogger log, string model, string reason);

    [LoggerMessage(14, LogLevel.Information,
        "Rendered job {JobId} shot {ShotIndex} attempt {AttemptId}; accepted {AcceptedAttemptId}")]
    public static partial void ShotRendered(
        this ILogger log, string jobId, int shotIndex, string attemptId, string acceptedAttemptId);

    [LoggerMessage(15, LogLevel.Information,
        "Ended job {JobId} shot {ShotIndex} attempt {AttemptId}: the Broker said {Directive}")]
    public static partial void AttemptEnded(
        this ILogger log, string jobId, int shotIndex, string attemptId, LeaseDirective directive);

    [LoggerMessage(16, LogLevel.Information,
        "Handed back job {JobId} shot {ShotIndex} attempt {AttemptId}")]
    public static partial void AttemptHandedBack(
        this ILogger log, string jobId, int shotIndex, string attemptId);

    [LoggerMessage(17, LogLevel.Information,
        "Stops after job {JobId} shot {ShotIndex} attempt {AttemptId}, in about {Remaining}")]
    public static partial void StopDelayed(
        this ILogger log, string jobId, int shotIndex, string attemptId, TimeSpan remaining);

    [LoggerMessage(18, LogLevel.Warning,
        "Failed job {JobId} shot {ShotIndex} attempt {AttemptId}: {Error}")]
    public static partial void AttemptFailed(
        this ILogger log,
        Exception fault,
        string jobId,
        int shotIndex,
        string attemptId,
        RenderError error);

    [LoggerMessage(19, LogLevel.Critical,
        "Stops: the device is lost to this process since attempt {AttemptId}")]
    public static partial void DeviceGone(this ILogger log, string attemptId);

    [LoggerMessage(40, LogLevel.Information,
        "Resumed job {JobId} shot {ShotIndex} attempt {AttemptId} "
            + "after step {StepNumber} of {StepCount}, from {ObjectKey}")]
    public static partial void AttemptResumed(
        this ILogger log,
        string jobId,
        int shotIndex,
        string attemptId,
        int stepNumber,
        int stepCount,
        string objectKey);

    [LoggerMessage(41, LogLevel.Information,
        "Wrote a checkpoint of job {JobId} shot {ShotIndex} attempt {AttemptId} "
            + "after step {StepNumber} of {StepCount}: {ByteCount} bytes")]
    public static partial void CheckpointWritten(
        this ILogger log,
        string jobId,
        int shotIndex,
        string attemptId,
        int stepNumber,
        int stepCount,
        int byteCount);

    [LoggerMessage(42, LogLevel.Warning,
        "Could not write a checkpoint of job {JobId} shot {ShotIndex} attempt {AttemptId} "
            + "after step {StepNumber}")]
    public static partial void CheckpointNotWritten(
        this ILogger log,
        Exception fault,
        string jobId,
        int shotIndex,
        string attemptId,
        int stepNumber);

    [LoggerMessage(43, LogLevel.Warning,
        "Attempt {AttemptId} does not resume from {ObjectKey}: {Reason}")]
    public static partial void CheckpointRefused(
        this ILogger log, string attemptId, string objectKey, string reason);

    [LoggerMessage(44, LogLevel.Warning,
        "Attempt {AttemptId} looks no further for checkpoints: the object store failed")]
    public static partial void CheckpointsUnknown(
        this ILogger log, Exception fault, string attemptId);

    [LoggerMessage(45, LogLevel.Information,
        "Could not remove checkpoints after attempt {AttemptId}; a sweep will")]
    public static partial void CheckpointsNotRemoved(
        this ILogger log, Exception fault, string attemptId);

    [LoggerMessage(20, LogLevel.Critical, "Stops: the worker met a fault that it does not know")]
    public static partial void WorkerBroke(this ILogger log, Exception fault);
}
