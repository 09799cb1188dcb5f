using System.Globalization;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A film that a client of a simulated world wants.</summary>
/// <param name="jobId">Its name.</param>
/// <param name="spec">What planning made of it.</param>
internal sealed class FakeFilm(string jobId, JobSpec spec)
{
    public string JobId => jobId;

    public int ShotCount => spec.Shots.Count;

    public SubmitJob Submit { get; } = new() { JobId = jobId };

    /// <summary>Times that it was submitted.</summary>
    public int AskedCount { get; set; }

    /// <summary>Whether the client was told that it is accepted.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>Whether the client stops it, and stops asking once it was told so.</summary>
    public bool IsUnwanted { get; set; }

    /// <summary>Whether the client was told that it is canceled.</summary>
    public bool IsToldCanceled { get; set; }

    /// <summary>Tries at its reel that a stitcher said failed.</summary>
    public int ReelFailureCount { get; set; }

    /// <summary>What a Broker reads of it now.</summary>
    public JobReading Read(TimeProvider time) =>
        new(spec with { AcceptedAt = time.GetUtcNow() }, []);

    /// <summary>
    /// A film of one to six shots; some continue the one before, and some footage is in several
    /// films.
    /// </summary>
    public static FakeFilm Make(Random random, string jobId)
    {
        var profile = random.Next(4) == 0 ? "gpu-fp16" : "cpu-fp32";
        var keys = new string[random.Next(1, 7)];
        var upstream = new int[keys.Length][];
        for (var index = 0; index < keys.Length; index++)
        {
            var continues = index > 0 && random.Next(3) == 0;
            upstream[index] = continues ? [index - 1] : [];
            keys[index] = continues
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{keys[index - 1]}-{random.Next(2)}")
                : string.Create(CultureInfo.InvariantCulture, $"{profile}-{random.Next(14)}");
        }

        var spec = Films.Spec(jobId, upstream);
        return new FakeFilm(jobId, spec with
        {
            NumericsProfile = profile,
            Priority = (JobPriority)random.Next(3),
            OnFailedShot = random.Next(3) == 0 ? FailedShotRule.Card : FailedShotRule.Fail,
            Shots =
            [
                .. spec.Shots.Zip(keys, (shot, key) => shot with
                {
                    Transition = Transition.Cut,
                    Task = shot.Task with { RenderKey = key, NumericsProfile = profile },
                }),
            ],
        });
    }

    /// <summary>Another film under the same name, which must be refused.</summary>
    public FakeFilm Impostor() =>
        new(jobId, spec with { RequestSha256 = new string('9', 64) });
}
