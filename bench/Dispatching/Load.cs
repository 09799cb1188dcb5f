namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>What everybody is given to do.</summary>
/// <param name="JobCount">Jobs, flows or chords.</param>
/// <param name="ShotCount">Children of each.</param>
/// <param name="Concurrency">Children in the works at once.</param>
internal sealed record Load(int JobCount, int ShotCount, int Concurrency)
{
    /// <summary>Children in all.</summary>
    public int ChildCount => JobCount * ShotCount;
}
