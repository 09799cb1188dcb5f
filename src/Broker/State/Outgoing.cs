using System.Text.Json;
using System.Text.Json.Nodes;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.State;

/// <summary>A message that a rule wants sent.</summary>
/// <param name="Kind">How it leaves.</param>
/// <param name="Address">A queue, or an event's routing key.</param>
/// <param name="Body">The message as JSON.</param>
internal sealed record Outgoing(OutgoingKind Kind, string Address, string Body)
{
    /// <summary>A ticket for a shot of a job.</summary>
    public static Outgoing Ticket(JobState job, ShotState shot, string dispatchId) =>
        new(
            OutgoingKind.Ticket,
            shot.Queue,
            JsonSerializer.Serialize(
                new RenderShot
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    DispatchId = dispatchId,
                    TraceParent = job.TraceParent,
                },
                FarmJson.Options));

    /// <summary>The order to join a job's clips.</summary>
    public static Outgoing Stitch(JobState job, string cutListKey) =>
        new(
            OutgoingKind.Stitch,
            FarmQueues.Stitch,
            JsonSerializer.Serialize(
                new StitchReel
                {
                    JobId = job.JobId,
                    TenantId = job.TenantId,
                    Revision = job.Revision,
                    CutListKey = cutListKey,
                    EarlierFailureCount = job.ReelFailureCount,
                    TraceParent = job.TraceParent,
                },
                FarmJson.Options));

    /// <summary>
    /// An event to clients; it bears the job's sequence number, which goes up by one.
    /// </summary>
    public static (JobState Job, Outgoing Message) Event<T>(JobState job, T body)
        where T : class
    {
        var numbered = job with { Sequence = job.Sequence + 1 };
        var json = JsonSerializer.SerializeToNode(body, FarmJson.Options)!.AsObject();
        json["sequence"] = JsonValue.Create(numbered.Sequence);
        return (numbered, new Outgoing(
            OutgoingKind.Event, Address: EventKey<T>(job), json.ToJsonString(FarmJson.Options)));
    }

    /// <summary>An event as it is written where it has no sequence number.</summary>
    public static string Write<T>(T body) => JsonSerializer.Serialize(body, FarmJson.Options);

    /// <summary>The routing key of a job's events of one type.</summary>
    public static string EventKey<T>(JobState job) =>
        $"job.{job.TenantId}.{job.JobId}.{typeof(T).Name}";
}
