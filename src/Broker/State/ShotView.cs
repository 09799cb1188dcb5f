namespace RenderFarm.Broker.State;

/// <summary>All that a shot's rule looks at.</summary>
/// <param name="Job">The shot's job.</param>
/// <param name="Shot">The shot itself.</param>
/// <param name="Dependents">
/// The shots that continue it, needed when its clip is accepted; and those that continue them,
/// where it may end without one and the film goes on.
/// </param>
internal sealed record ShotView(JobState Job, ShotState Shot, IReadOnlyList<ShotState> Dependents);
