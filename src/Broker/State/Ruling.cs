namespace RenderFarm.Broker.State;

/// <summary>
/// What a rule made of an event: the states to be kept and the messages to be sent.
/// </summary>
internal sealed record Ruling
{
    /// <summary>Whether anything changes.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why nothing changes, for logs and replies.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The job after the event.</summary>
    public required JobState Job { get; init; }

    /// <summary>
    /// The shots that the event changed; the one that it happened to is the first.
    /// </summary>
    public IReadOnlyList<ShotState> Shots { get; init; } = [];

    /// <summary>What is to be sent once the states are kept, in this order.</summary>
    public IReadOnlyList<Outgoing> Outgoing { get; init; } = [];

    /// <summary>The event changes nothing because it had happened already.</summary>
    public static Ruling Repeated(JobState job, ShotState? shot = null) =>
        new() { Verdict = Verdict.Repeated, Job = job, Shots = shot is null ? [] : [shot] };

    /// <summary>The event must not happen now.</summary>
    public static Ruling Refused(JobState job, string reason, ShotState? shot = null) =>
        new()
        {
            Verdict = Verdict.Refused,
            Reason = reason,
            Job = job,
            Shots = shot is null ? [] : [shot],
        };
}
