using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// What a worker's message must look like before anything of it becomes part of a record, of a key
/// or of an event. Whether it is true is for the rules to say. Pure.
/// </summary>
internal static class MessageRules
{
    /// <summary>Queues that one worker can take from.</summary>
    public const int MostQueues = 64;

    private const int LongestName = 64;
    private const int LongestWorkerName = 128;
    private const int LongestQueue = 200;
    private const int LongestText = 4000;
    private const int MostShots = 1_000_000;
    private const string QueueStart = "render.";

    /// <summary>Why a claim is not one, or null.</summary>
    public static string? FaultIn(ClaimShot claim) =>
        FaultIn(claim.JobId, claim.ShotIndex)
            ?? (IsName(claim.DispatchId, LongestName) ? null : "dispatchId is no name")
            ?? (IsName(claim.AttemptId, LongestName) ? null : "attemptId is no name")
            ?? FaultInWorker(claim.WorkerId);

    /// <summary>Why a renewal is not one, or null.</summary>
    public static string? FaultIn(RenewLease renewal) =>
        FaultIn(renewal.JobId, renewal.ShotIndex)
            ?? (renewal.StepNumber < 0 || renewal.StepCount < 0 ? "steps are negative" : null)
            ?? (Enum.IsDefined(renewal.Stage) ? null : "stage is none that is known");

    /// <summary>Why a report of a clip is not one, or null.</summary>
    public static string? FaultIn(AttemptCommitted committed) =>
        FaultIn(committed.JobId, committed.ShotIndex);

    /// <summary>Why a report of a failure is not one, or null.</summary>
    public static string? FaultIn(AttemptFailed failed) =>
        FaultIn(failed.JobId, failed.ShotIndex)
            ?? FaultInWorker(failed.WorkerId)
            ?? (Enum.IsDefined(failed.Error) ? null : "error is none that is known");

    /// <summary>Why a shot that is handed back is none, or null.</summary>
    public static string? FaultIn(AttemptHandedBack back) =>
        FaultIn(back.JobId, back.ShotIndex) ?? FaultInWorker(back.WorkerId);

    /// <summary>Why an announcement is not one, or null.</summary>
    public static string? FaultIn(WorkerAnnounced worker) =>
        FaultInWorker(worker.WorkerId)
            ?? (worker.Queues.Count <= MostQueues
                ? null
                : $"{worker.Queues.Count} queues are more than {MostQueues}")
            ?? (worker.Queues.All(IsQueue) ? null : "one of the queues is no ticket queue")
            ?? (worker.Gpu is not { Length: > LongestName } ? null : "gpu is too long")
            ?? (worker.GpuMemoryBytes is not < 0 ? null : "gpuMemoryBytes is negative");

    /// <summary>As much of a text as goes into records and events.</summary>
    public static string Shorten(string text) =>
        text.Length <= LongestText ? text : text[..LongestText];

    private static string? FaultIn(string jobId, int shotIndex) =>
        !IsName(jobId, LongestName) ? "jobId is no name"
            : shotIndex is >= 0 and < MostShots ? null : $"shotIndex is {shotIndex}";

    private static string? FaultInWorker(string workerId) =>
        IsName(workerId, LongestWorkerName) ? null : "workerId is no name";

    private static bool IsQueue(string? queue) =>
        queue is not null
            && queue.StartsWith(QueueStart, StringComparison.Ordinal)
            && IsName(queue, LongestQueue);

    private static bool IsName(string text, int longest) =>
        text.Length >= 1 && text.Length <= longest
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}
