using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Planning;

/// <summary>Which shots need the last frame, or the whole clip, of which others.</summary>
internal sealed class ShotGraph
{
    private readonly Dictionary<string, int> indexes = [];
    private readonly List<string> ids;
    private readonly List<List<int>> needs;

    /// <summary>Reads the graph; what names no shot is left out.</summary>
    public ShotGraph(Storyboard storyboard)
    {
        ids = [.. storyboard.Shots.Select((shot, index) => IdOf(shot, index))];
        for (var index = 0; index < ids.Count; index++)
        {
            indexes.TryAdd(ids[index], index);
        }

        needs = [.. storyboard.Shots.Select(shot => NeedsOf(shot))];
        Order = Sort();
    }

    /// <summary>The shots' names in film order.</summary>
    public IReadOnlyList<string> Ids => ids;

    /// <summary>
    /// Shots in an order in which each comes after those it needs; none of a cycle.
    /// </summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>What a shot is called: its own name, or one by its place in the film.</summary>
    public static string IdOf(StoryboardShot shot, int index) => shot.Id ?? $"shot-{index + 1}";

    /// <summary>The shot of a name, or null.</summary>
    public int? IndexOf(string id) => indexes.TryGetValue(id, out var index) ? index : null;

    /// <summary>The shots that a shot needs, in film order.</summary>
    public IReadOnlyList<int> Needs(int index) => needs[index];

    /// <summary>
    /// Some shots that need each other in a ring, each the one that follows it and the last the
    /// first; empty when there are none.
    /// </summary>
    public IReadOnlyList<int> FindCycle()
    {
        var sorted = Order.ToHashSet();
        var start = Enumerable.Range(0, ids.Count).FirstOrDefault(i => !sorted.Contains(i), -1);
        if (start < 0)
        {
            return [];
        }

        // Whatever was not sorted needs something that was not sorted, so this must come round.
        var path = new List<int>();
        while (!path.Contains(start))
        {
            path.Add(start);
            start = needs[start].First(need => !sorted.Contains(need));
        }

        return path[path.IndexOf(start)..];
    }

    private List<int> NeedsOf(StoryboardShot shot) =>
    [
        .. new[] { shot.StartKeyframe?.Continues, shot.EndKeyframe?.Continues, shot.Source?.Shot }
            .OfType<string>()
            .Where(indexes.ContainsKey)
            .Select(id => indexes[id])
            .Distinct()
            .Order(),
    ];

    private List<int> Sort()
    {
        var left = needs.Select(list => list.Count).ToArray();
        var followers = Enumerable.Range(0, needs.Count)
            .SelectMany(index => needs[index].Select(need => (Need: need, Index: index)))
            .ToLookup(pair => pair.Need, pair => pair.Index);
        var order = Enumerable.Range(0, needs.Count).Where(index => left[index] == 0).ToList();
        for (var next = 0; next < order.Count; next++)
        {
            foreach (var follower in followers[order[next]])
            {
                if (--left[follower] == 0)
                {
                    order.Add(follower);
                }
            }
        }

        return order;
    }
}
