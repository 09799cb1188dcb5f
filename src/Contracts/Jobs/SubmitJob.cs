using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks for a film. Answered by <see cref="JobAccepted"/> or <see cref="JobRejected"/>. Exactly one
/// of <see cref="Storyboard"/>, <see cref="Script"/> and <see cref="Prompt"/> is set.
/// </summary>
public sealed record SubmitJob
{
    /// <summary>
    /// The caller's name for the job, 1 to 64 of <c>a-z 0-9 -</c>; made up where absent. Sending
    /// the same job twice under one name is harmless; another job under it is rejected.
    /// </summary>
    public string? JobId { get; init; }

    /// <summary>The film as JSON.</summary>
    public Storyboard? Storyboard { get; init; }

    /// <summary>The film as text.</summary>
    public Script? Script { get; init; }

    /// <summary>One shot in words.</summary>
    public string? Prompt { get; init; }

    /// <summary>How soon it is wanted.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>
    /// What becomes of the film when a shot cannot be rendered; as the storyboard says where it is
    /// absent, and <c>fail</c> where that says nothing.
    /// </summary>
    public FailedShotRule? OnFailedShot { get; init; }

    /// <summary>
    /// Whose share of the farm it uses: a tenant that the farm knows; the farm's own where absent.
    /// </summary>
    public string? Tenant { get; init; }

    /// <summary>
    /// GPU time that it may use, a second to 1,000 days; no limit where absent. Nearing it is told
    /// by <see cref="BudgetWarned"/>; once it is used, shots under way are finished and the job
    /// ends.
    /// </summary>
    public TimeSpan? Budget { get; init; }
}
