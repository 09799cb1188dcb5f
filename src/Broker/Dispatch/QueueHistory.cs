using System.Text.Json.Serialization;
using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// What a queue's shots took, by kind of GPU, and what fits into how much memory. Immutable; kept
/// as it is.
/// </summary>
internal sealed record QueueHistory
{
    /// <summary>Beyond these a GPU is counted with those that say nothing of themselves.</summary>
    private const int MostKinds = 64;

    /// <summary>By a GPU's name; empty for what says none.</summary>
    public IReadOnlyDictionary<string, CostHistory> Kinds { get; init; } =
        new Dictionary<string, CostHistory>();

    /// <summary>The largest footprint that was rendered, by memory in GiB.</summary>
    public IReadOnlyDictionary<int, double> Fitted { get; init; } = new Dictionary<int, double>();

    /// <summary>The smallest footprint that ran out of memory, by memory in GiB.</summary>
    public IReadOnlyDictionary<int, double> TooLarge { get; init; } =
        new Dictionary<int, double>();

    /// <summary>All kinds together.</summary>
    [JsonIgnore]
    public CostHistory All =>
        Kinds.Values.Aggregate(new CostHistory(), (sum, ofKind) => sum.Plus(ofKind));

    /// <summary>
    /// Whether a shot is too large for so much memory: one that is no larger ran out of no less,
    /// and none as large was ever rendered in no more. So a GPU that somebody else had filled is
    /// not doubted for long.
    /// </summary>
    /// <param name="memoryGib">The memory; 0 where it is not known, and nothing too large.</param>
    /// <param name="footprint">The shot.</param>
    public bool IsTooLarge(int memoryGib, double footprint) =>
        memoryGib > 0
        && TooLarge.Any(known => known.Key >= memoryGib && known.Value <= footprint)
        && !Fitted.Any(known => known.Key <= memoryGib && known.Value >= footprint);

    /// <summary>With what another one has.</summary>
    public QueueHistory Plus(QueueHistory other)
    {
        var kinds = Kinds.ToDictionary();
        foreach (var (name, ofKind) in other.Kinds)
        {
            var kind = kinds.ContainsKey(name) || kinds.Count < MostKinds ? name : "";
            kinds[kind] = kinds.TryGetValue(kind, out var known) ? known.Plus(ofKind) : ofKind;
        }

        return new QueueHistory
        {
            Kinds = kinds,
            Fitted = Join(Fitted, other.Fitted, Math.Max),
            TooLarge = Join(TooLarge, other.TooLarge, Math.Min),
        };
    }

    private static Dictionary<int, double> Join(
        IReadOnlyDictionary<int, double> one,
        IReadOnlyDictionary<int, double> other,
        Func<double, double, double> choose) =>
        one.Concat(other).GroupBy(known => known.Key).ToDictionary(
            same => same.Key, same => same.Select(known => known.Value).Aggregate(choose));
}
