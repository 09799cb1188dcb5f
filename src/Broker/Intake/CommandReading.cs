using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Intake;

/// <summary>What became of a command's bytes; exactly one of command and fault is set.</summary>
/// <param name="Command">A SubmitJob, CancelJob, PauseJob, ResumeJob or GetJob.</param>
/// <param name="Fault">Why it is none.</param>
/// <param name="JobId">The job that it is about, as far as that could be read.</param>
internal sealed record CommandReading(object? Command, Fault? Fault, string? JobId);
