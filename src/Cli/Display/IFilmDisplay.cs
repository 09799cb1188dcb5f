using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Cli.Display;

/// <summary>Shows a film being made: bars, plain lines, or JSON for machines.</summary>
internal interface IFilmDisplay
{
    /// <summary>What preflight found.</summary>
    void Faults(IReadOnlyList<Fault> found);

    /// <summary>The job is accepted; its shots as they stand.</summary>
    void Accepted(JobAccepted accepted, JobSnapshot snapshot);

    /// <summary>One event of the job, as it came.</summary>
    void Event(FarmEvent farmEvent, object? message);

    /// <summary>The film's files are in this folder.</summary>
    void Fetched(JobCompleted completed, string reelPath);

    /// <summary>A sentence to a person.</summary>
    void Say(string sentence);

    /// <summary>Runs the work while the display is live.</summary>
    Task<int> RunAsync(Func<Task<int>> work);
}
