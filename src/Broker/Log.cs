using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker;

/// <summary>Everything that the Broker logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message =
        "Opened job {JobId} with {ShotCount} shots, {CachedCount} of them cached")]
    public static partial void JobOpened(
        this ILogger log, string jobId, int shotCount, int cachedCount);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Rejected job {JobId} for {FaultCount} faults")]
    public static partial void JobRejected(this ILogger log, string? jobId, int faultCount);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped job {JobId} for its owner")]
    public static partial void JobStopped(this ILogger log, string jobId);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Heard job {JobId} is to be {Done} for its owner")]
    public static partial void JobAsked(this ILogger log, string jobId, string done);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Heard job {JobId} shot {ShotId} is to be {Done} for its owner")]
    public static partial void ShotAsked(
        this ILogger log, string jobId, string shotId, string done);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Completed job {JobId} with reel {ObjectKey} of {FrameCount} frames")]
    public static partial void JobCompleted(
        this ILogger log, string jobId, string objectKey, int frameCount);

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "Issued ticket {DispatchId} for job {JobId} shot {ShotIndex}")]
    public static partial void TicketIssued(
        this ILogger log, string jobId, int shotIndex, string dispatchId);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Granted job {JobId} shot {ShotId} as attempt {AttemptId} to {WorkerId}")]
    public static partial void ShotClaimed(
        this ILogger log, string jobId, string shotId, string attemptId, string workerId);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Rendered job {JobId} shot {ShotId} by attempt {AttemptId}, {LeftCount} left")]
    public static partial void ShotRendered(
        this ILogger log, string jobId, string shotId, string attemptId, int leftCount);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Failed job {JobId} shot {ShotIndex} attempt {AttemptId} on {WorkerId}: {Error}")]
    public static partial void AttemptFailed(
        this ILogger log,
        string jobId,
        int shotIndex,
        string attemptId,
        string workerId,
        RenderError error);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Set worker {WorkerId} aside for {Queue} after {FailureCount} failures in a row, "
        + "until {RestUntil}")]
    public static partial void WorkerSetAside(
        this ILogger log,
        string workerId,
        string queue,
        int failureCount,
        DateTimeOffset restUntil);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Tried worker {WorkerId}, which is set aside for {Queue}, with job {JobId} "
        + "shot {ShotIndex}")]
    public static partial void CanaryGranted(
        this ILogger log, string workerId, string queue, string jobId, int shotIndex);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Returned worker {WorkerId} to {Queue}: it rendered its shot")]
    public static partial void WorkerReturned(this ILogger log, string workerId, string queue);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Took back job {JobId} shot {ShotIndex} attempt {AttemptId} from {WorkerId}")]
    public static partial void AttemptHandedBack(
        this ILogger log, string jobId, int shotIndex, string attemptId, string workerId);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Ended lease of job {JobId} shot {ShotIndex} attempt {AttemptId} on {WorkerId}")]
    public static partial void LeaseExpired(
        this ILogger log, string jobId, int shotIndex, string attemptId, string workerId);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Took up job {JobId} shot {ShotIndex} attempt {AttemptId} of {WorkerId} again")]
    public static partial void AttemptReadopted(
        this ILogger log, string jobId, int shotIndex, string attemptId, string workerId);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Began epoch {EpochNumber} {EpochId} of the job store: {Verdict}")]
    public static partial void EpochBegun(
        this ILogger log, int epochNumber, string epochId, EpochVerdict verdict);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Rebuilt the states of epoch {EpochNumber}: {JobCount} jobs in {Duration}")]
    public static partial void StatesRebuilt(
        this ILogger log, int epochNumber, int jobCount, TimeSpan duration);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Failed to tell whether the job store is what it was; nobody is let in")]
    public static partial void EpochUnknown(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to read the records of job {JobId}")]
    public static partial void JobUnreadable(this ILogger log, Exception fault, string jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Heard of a commit of job {JobId} shot {ShotIndex} attempt {AttemptId} "
        + "that the store does not have")]
    public static partial void CommitUnfounded(
        this ILogger log, string jobId, int shotIndex, string attemptId);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Asked for the reel of job {JobId} revision {Revision}")]
    public static partial void ReelAskedFor(this ILogger log, string jobId, int revision);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Failed reel of job {JobId} revision {Revision}: {Reason}")]
    public static partial void ReelFailed(
        this ILogger log, string jobId, int revision, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Ignored news of the reel of job {JobId} revision {Revision}, which nobody waits for")]
    public static partial void ReelUnexpected(this ILogger log, string jobId, int revision);

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "Refused a transition of the {Machine} machine in job {JobId}: {Reason}")]
    public static partial void TransitionRefused(
        this ILogger log, string jobId, string machine, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Dropped a {Type} that no worker of ours can have sent: {Reason}")]
    public static partial void MessageDropped(this ILogger log, string type, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Did not hear a {Type}, which will be repeated: {Reason}")]
    public static partial void WordMissed(this ILogger log, string type, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Put off a {Type}: {Reason}")]
    public static partial void WordWaits(this ILogger log, string type, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parked a command: {Code} at {Place}")]
    public static partial void CommandParked(this ILogger log, string code, string place);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Failed to send {Kind} {MessageId} to {Address}; it stays in the outbox")]
    public static partial void SendFailed(
        this ILogger log, Exception fault, OutgoingKind kind, string address, string messageId);

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "Dropped news of progress of job {JobId} shot {ShotId}")]
    public static partial void ProgressDropped(
        this ILogger log, Exception fault, string jobId, string shotId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to relay the outbox")]
    public static partial void RelayFailed(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to dispatch")]
    public static partial void DispatchFailed(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Swept {Sweep}: {Count} put right")]
    public static partial void SweepRepaired(this ILogger log, string sweep, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to count the farm for metrics")]
    public static partial void CensusFailed(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to sweep {Sweep}")]
    public static partial void SweepFailed(this ILogger log, Exception fault, string sweep);
}
