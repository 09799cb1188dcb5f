namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>What everybody is given to do.</summary>
/// <param name="JobCount">Jobs, flows or chords.</param>
/// <param name="ShotCount">Children of each.</param>
/// <param name="RoundCount">How often; the first is a warm-up.</param>
/// <param name="Concurrency">Children in the works at once.</param>
internal sealed record Load(int JobCount, int ShotCount, int RoundCount, int Concurrency)
{
    /// <summary>The best round after the warm-up, in children a second.</summary>
    public double Rate(IReadOnlyList<double> seconds) =>
        JobCount * ShotCount / seconds.Skip(1).DefaultIfEmpty(seconds[0]).Min();

    /// <summary>What a child cost after the warm-up.</summary>
    public string Cost(Effort warm, Effort end) =>
        RoundCount > 1
            ? end.Since(warm, JobCount * ShotCount * (RoundCount - 1))
            : "a warm-up has no cost";
}
