namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>A job on the board: its place, and its ready shots by model.</summary>
internal sealed class WaitingJob
{
    private static readonly Comparer<ReadyShot> ShotOrder =
        Comparer<ReadyShot>.Create(JobOrder.Compare);

    private readonly Dictionary<string, SortedSet<ReadyShot>> shots = [];

    public WaitingJob(JobTerms terms)
    {
        Terms = terms;
        Place = JobOrder.Of(terms.Left, terms.AcceptedAt);
    }

    /// <summary>Compares jobs by place, then by name.</summary>
    public static Comparer<WaitingJob> Order { get; } = Comparer<WaitingJob>.Create((a, b) =>
        a.Place != b.Place
            ? a.Place.CompareTo(b.Place)
            : string.CompareOrdinal(a.Terms.JobId, b.Terms.JobId));

    /// <summary>What is known of it.</summary>
    public JobTerms Terms { get; private set; }

    /// <summary>Lower is first. It changes only while the job is in no line.</summary>
    public double Place { get; private set; }

    /// <summary>Estimated GPU-seconds of its shots that are on workers.</summary>
    public double InFlight { get; set; }

    /// <summary>Shots that are on workers.</summary>
    public int Running { get; set; }

    /// <summary>The models of its ready shots.</summary>
    public IEnumerable<ModelNeed> Models => shots.Values.Select(ofModel => ofModel.Min!.Model);

    /// <summary>True when it is only here for its shots on workers.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>Takes what is known now; only while the job is in no line.</summary>
    public void Become(JobTerms terms)
    {
        Terms = terms;
        Place = JobOrder.Of(terms.Left, terms.AcceptedAt);
    }

    /// <summary>Its first ready shot of a model.</summary>
    public ReadyShot First(string model) => shots[model].Min!;

    /// <summary>
    /// Whether the budget allows to begin this shot, whatever those under way cost.
    /// </summary>
    public bool CanAfford(ReadyShot shot) =>
        Terms.Budget is not { } budget || InFlight + shot.Cost <= budget;

    /// <summary>Adds a shot; says whether it is the first of its model.</summary>
    public bool Add(ReadyShot shot)
    {
        if (shots.TryGetValue(shot.Model.Name, out var ofModel))
        {
            ofModel.Add(shot);
            return false;
        }

        shots.Add(shot.Model.Name, new SortedSet<ReadyShot>(ShotOrder) { shot });
        return true;
    }

    /// <summary>Removes a shot; says whether it was the last of its model.</summary>
    public bool Remove(ReadyShot shot)
    {
        var ofModel = shots[shot.Model.Name];
        ofModel.Remove(shot);
        return ofModel.Count == 0 && shots.Remove(shot.Model.Name);
    }

    /// <summary>Drops its ready shots, and takes no more.</summary>
    public void Clear()
    {
        shots.Clear();
        IsForgotten = true;
    }

    /// <summary>How many shots of a model are ready.</summary>
    public int Count(string model) => shots[model].Count;
}
