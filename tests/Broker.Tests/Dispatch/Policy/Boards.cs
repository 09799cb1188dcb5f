using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

/// <summary>Jobs, shots and workers to put on a board.</summary>
internal static class Boards
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly ModelNeed Small = new("small", 10, 20);
    public static readonly ModelNeed Large = new("large", 40, 40);

    /// <summary>Never lets a worker wait for a better one.</summary>
    public static readonly PolicySettings AtOnce = new() { Patience = 0, HeadroomSeconds = 0 };

    public static JobTerms Job(
        string jobId,
        string tenantId = "a",
        JobPriority ofClass = JobPriority.Normal,
        double left = 100,
        double? budget = null) => new()
        {
            JobId = jobId,
            TenantId = tenantId,
            Class = ofClass,
            AcceptedAt = Noon,
            Left = left,
            Budget = budget,
        };

    public static ReadyShot Shot(
        string jobId,
        int shotIndex = 0,
        ModelNeed? model = null,
        double cost = 10,
        double? chainCost = null) => new()
        {
            JobId = jobId,
            ShotIndex = shotIndex,
            Model = model ?? Small,
            Cost = cost,
            ChainCost = chainCost ?? cost,
            ReadyAt = Noon,
        };

    public static AskingWorker Worker(
        ModelNeed? loaded = null, double memoryGib = 80, double speed = 1) => new()
        {
            Loaded = loaded is null ? [] : [loaded.Name],
            MemoryGib = memoryGib,
            Speed = speed,
        };

    /// <summary>A job with so many shots.</summary>
    public static void Put(
        this ReadyBoard board, JobTerms job, int shotCount, ModelNeed? model = null)
    {
        board.Put(job);
        for (var index = 0; index < shotCount; index++)
        {
            board.Put(Shot(job.JobId, index, model));
        }
    }

    /// <summary>What so many decisions give.</summary>
    public static List<string> Ask(this ReadyBoard board, AskingWorker worker, int count) =>
        [.. Enumerable.Range(0, count)
            .Select(_ => board.Choose(worker, Noon))
            .Select(shot => shot is null ? "-" : $"{shot.JobId}/{shot.ShotIndex}")];
}
