namespace RenderFarm.Broker.State;

/// <summary>Names of indexes, and of shots in them.</summary>
internal static class IndexKeys
{
    /// <summary>Jobs that are not ended, by the moment they were accepted.</summary>
    public const string Active = "active";

    /// <summary>Jobs whose clips are all there and whose reel was not asked for.</summary>
    public const string Finishing = "finishing";

    /// <summary>Jobs whose reel was asked for, by when.</summary>
    public const string Stitching = "stitching";

    /// <summary>Ended jobs with shots that are not.</summary>
    public const string Closing = "closing";

    /// <summary>Jobs that ended with all their shots, by when.</summary>
    public const string Ended = "ended";

    /// <summary>Leased shots.</summary>
    public const string Leased = "leased";

    /// <summary>Delayed shots, by the moment they become due.</summary>
    public const string Delayed = "delayed";

    /// <summary>Queues that ever had a job.</summary>
    public const string Queues = "queues";

    /// <summary>Every worker, by the moment it announced itself last.</summary>
    public const string Workers = "workers";

    /// <summary>Standings of workers with queues, by the moment they changed last.</summary>
    public const string Standings = "standings";

    /// <summary>Workers that are set aside for a queue, by the end of their rest.</summary>
    public static string SetAside(string queue) => $"set-aside:{queue}";

    /// <summary>A worker's name in <see cref="Standings"/>.</summary>
    public static string Standing(string workerId, string queue) => $"{workerId}/{queue}";

    /// <summary>Jobs whose budget is used and whose last shots are on workers.</summary>
    public const string OverBudget = "over-budget";

    /// <summary>
    /// Jobs of one class and tenant that render with a queue's workers, in the order of dispatch.
    /// </summary>
    public static string Jobs(string queue, DispatchLine line) => $"jobs:{queue}:{line.Name}";

    /// <summary>The lines that a queue ever had.</summary>
    public static string Lines(string queue) => $"lines:{queue}";

    /// <summary>A job's shots that wait for a ticket, in the order of dispatch.</summary>
    public static string Ready(string jobId) => $"ready:{jobId}";

    /// <summary>A queue's unclaimed tickets, by the moment they went out.</summary>
    public static string Tickets(string queue) => $"tickets:{queue}";

    /// <summary>
    /// A tenant's shots that a worker has, or could claim by a ticket, in whatever queue.
    /// </summary>
    public static string Out(string tenantId) => $"out:{tenantId}";

    /// <summary>A queue's workers, by the moment they announced themselves last.</summary>
    public static string QueueWorkers(string queue) => $"workers:{queue}";

    /// <summary>A shot's name in an index that has shots of many jobs.</summary>
    public static string Shot(string jobId, int shotIndex) => $"{jobId}/{shotIndex}";

    /// <summary>Reads what <see cref="Shot"/> wrote.</summary>
    public static (string JobId, int ShotIndex) ReadShot(string member)
    {
        var slash = member.LastIndexOf('/');
        return (member[..slash], int.Parse(
            member.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
