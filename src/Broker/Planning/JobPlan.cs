using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>Decides every setting of every shot, and names what each will look like.</summary>
internal static class JobPlan
{
    /// <summary>The planned shots of a film that preflight found sound. Pure.</summary>
    public static IReadOnlyList<PlannedShot> Shots(
        Storyboard storyboard, ModelManifest model, FittedFilm film, string numericsProfile)
    {
        var graph = new ShotGraph(storyboard);
        var tasks = new ShotTask[storyboard.Shots.Count];

        // A continued shot's key holds the other's, so the others come first.
        foreach (var index in graph.Order)
        {
            var shot = storyboard.Shots[index];
            var task = Task(shot, storyboard.Defaults ?? new(), model, film.IsDraft) with
            {
                NumericsProfile = numericsProfile,
                Size = film.Size,
                FrameRate = film.Rate,
                FrameCount = film.FrameCounts[index],
                Upscale = film.Upscale,
                Interpolation = film.Interpolation,
                Start = Condition(shot.StartKeyframe),
                MaskSha256 = shot.Mask is { } mask ? InputName.Sha256Of(mask) : null,
                End = Condition(shot.EndKeyframe),
                Source = Remake(shot.Source),
            };
            tasks[index] = task with { RenderKey = RenderKey.Of(task) };
        }

        return
        [
            .. tasks.Select((task, index) => new PlannedShot
            {
                ShotId = graph.Ids[index],
                Task = task,
                DependsOn = graph.Needs(index),
                Transition = film.Transitions[index],
            }),
        ];

        Conditioning? Condition(Keyframe? keyframe) => keyframe switch
        {
            { Image: { } image } => new() { ImageSha256 = InputName.Sha256Of(image) },
            { Continues: { } id } => new()
            {
                LastFrameOf = tasks[graph.IndexOf(id)!.Value].RenderKey,
            },
            _ => null,
        };

        ClipSource? Remake(SourceClip? source) => source switch
        {
            { Video: { } video } => new() { VideoSha256 = InputName.Sha256Of(video) },
            { Shot: { } id } => new() { ClipOf = tasks[graph.IndexOf(id)!.Value].RenderKey },
            _ => null,
        };
    }

    private static ShotTask Task(
        StoryboardShot shot, ShotSettings film, ModelManifest model, bool isDraft)
    {
        var prompt = TextRules.Fold(shot.Prompt);
        var camera = CameraWords.Read(shot.Camera ?? film.Camera ?? "", out _);
        return new ShotTask
        {
            RenderKey = "",
            Model = model.Name,
            ModelDigest = model.Digest,
            NumericsProfile = "",
            Prompt = camera.Length == 0 ? prompt : $"{prompt.TrimEnd('.', ' ')}, {camera}",
            NegativePrompt = TextRules.Fold(shot.NegativePrompt ?? film.NegativePrompt ?? ""),
            Seed = shot.Seed ?? ShotSeed.Derive(film.Seed ?? 0, prompt),
            Size = default,
            FrameRate = default,
            FrameCount = 0,
            TakeCount = isDraft ? 1 : shot.Takes ?? film.Takes ?? 1,
            Loop = shot.Loop,
            StepCount = isDraft
                ? model.DraftStepCount
                : shot.Steps ?? film.Steps ?? model.DefaultStepCount,
            GuidanceScale = shot.Guidance ?? film.Guidance ?? model.DefaultGuidanceScale,
            Sampler = shot.Sampler ?? film.Sampler ?? model.Samplers[0],

            // Of no other shot does it decide a pixel, so it stays out of their keys.
            Strength = ModelFit.Redraws(shot, model) ? shot.Strength ?? film.Strength : null,

            // Of a draft's few steps there are none to spare.
            ReuseThreshold = !isDraft && (shot.Reuse ?? film.Reuse) is > 0 and var reuse
                ? reuse
                : null,
        };
    }
}
