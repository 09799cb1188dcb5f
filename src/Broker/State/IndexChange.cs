namespace RenderFarm.Broker.State;

/// <summary>A member of a sorted index is set or, with a null score, removed.</summary>
/// <param name="Index">The index, from <see cref="IndexKeys"/>.</param>
/// <param name="Member">The member.</param>
/// <param name="Score">Its place: the lowest is read first.</param>
internal sealed record IndexChange(string Index, string Member, double? Score);
