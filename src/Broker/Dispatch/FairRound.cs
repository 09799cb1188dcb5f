using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch;

/// <summary>The shots that the policy chose for a queue's next tickets.</summary>
/// <param name="Queue">Which queue.</param>
/// <param name="Kept">What tenants had had before, as it was read.</param>
/// <param name="Board">What is charged for these.</param>
/// <param name="Shots">The shots in order.</param>
internal sealed record FairRound(
    string Queue, Loaded<FairBook>? Kept, ReadyBoard Board, IReadOnlyList<ReadyShot> Shots);
