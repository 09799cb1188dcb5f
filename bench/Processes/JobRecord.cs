using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>One job that was submitted.</summary>
internal sealed class JobRecord(string jobId, FilmKind kind, string text)
{
    public string JobId => jobId;

    public FilmKind Kind => kind;

    /// <summary>The film as plain text.</summary>
    public string Text => text;

    /// <summary>True once a Broker has said so.</summary>
    public bool Accepted { get; set; }

    /// <summary>How it stood when it was last asked after.</summary>
    public JobSnapshot? Snapshot { get; set; }

    public bool HasEnded => Snapshot?.Status is
        JobStatus.Completed or JobStatus.Failed or JobStatus.Canceled;
}
