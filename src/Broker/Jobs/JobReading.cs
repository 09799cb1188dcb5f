using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>What became of a submitted job when it was read.</summary>
/// <param name="Spec">The planned job, or null exactly when a fault is an error.</param>
/// <param name="Faults">
/// Everything that preflight found: first of the form of the text, then of its sense.
/// </param>
public sealed record JobReading(JobSpec? Spec, IReadOnlyList<Fault> Faults);
