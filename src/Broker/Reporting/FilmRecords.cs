using RenderFarm.Broker.Planning;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Reporting;

/// <summary>
/// What is written down of a film: its cut before it is joined, its report after. Pure.
/// </summary>
internal static class FilmRecords
{
    /// <summary>The clips in film order and how they meet.</summary>
    public static CutList Cut(JobSpec spec, IReadOnlyList<ShotState> shots) => new()
    {
        Title = spec.Title,
        Size = spec.Size,
        FrameRate = spec.FrameRate,
        Codec = spec.Codec,
        SoundtrackSha256 = spec.SoundtrackSha256,
        FrameCount = spec.FrameCount,
        Entries =
        [
            .. shots.Zip(spec.Shots).Select((pair, index) => new CutListEntry
            {
                ShotId = pair.Second.ShotId,
                Prompt = pair.Second.Task.Prompt,
                Clip = pair.First.Clip,
                CardFrameCount =
                    pair.First.Clip is null ? pair.Second.Task.FrameCount : null,
                Transition = index == shots.Count - 1 ? Transition.Cut : pair.Second.Transition,
            }),
        ],
    };

    /// <summary>What the film took, shot by shot.</summary>
    public static JobReport Report(
        JobSpec spec, IReadOnlyList<ShotState> shots, Reel reel, DateTimeOffset endedAt) => new()
        {
            JobId = spec.JobId,
            Title = spec.Title,
            Status = JobStatus.Completed,
            Model = spec.Model,
            ModelDigest = spec.ModelDigest,
            NumericsProfile = spec.NumericsProfile,
            AcceptedAt = spec.AcceptedAt,
            EndedAt = endedAt,
            FrameCount = reel.FrameCount,
            Size = spec.Size,
            FrameRate = spec.FrameRate,
            ReelSha256 = reel.Sha256,
            ReelByteCount = reel.ByteCount,
            StitchTime = reel.StitchTime,
            Shots =
            [
                .. shots.Zip(spec.Shots).Where(pair => pair.First.Clip is not null)
                    .Select(pair => Report(pair.First, pair.First.Clip!, pair.Second)),
            ],
            MissingShots = Missing(shots),
        };

    /// <summary>The shots that ended without a clip, and why.</summary>
    public static IReadOnlyList<MissingShot> Missing(IReadOnlyList<ShotState> shots) =>
    [
        .. shots.Where(shot => shot.Clip is null).Select(shot => new MissingShot
        {
            ShotId = shot.ShotId,
            Reason = shot.Reason ?? ShotRules.Word(shot.Status),
        }),
    ];

    private static ShotReport Report(ShotState shot, Clip clip, PlannedShot plan) =>
        new()
        {
            ShotId = shot.ShotId,
            RenderKey = shot.RenderKey,
            ClipKey = clip.ObjectKey,
            ClipSha256 = clip.Sha256,
            ClipByteCount = clip.ByteCount,
            FrameCount = clip.FrameCount,
            TakeCount = plan.Task.TakeCount,
            TakeIndex = clip.TakeIndex,
            Score = clip.Score,
            Cached = shot.Cached,
            AttemptCount = shot.AttemptCount,
            WorkerId = clip.WorkerId,
            Queued = shot.Queued,
            Rendering = clip.Rendering,
            Encoding = clip.Encoding,
            Uploading = clip.Uploading,
        };
}
