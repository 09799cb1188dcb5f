using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A job and its shots as the store has them now.</summary>
internal sealed class JobView
{
    public JobState? Job { get; set; }

    public SortedDictionary<int, ShotState> Shots { get; } = [];
}
