using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>Says which of a film's settings its model cannot follow.</summary>
internal static class ModelFit
{
    public static void Check(Storyboard storyboard, ModelManifest model, FaultList faults)
    {
        if (storyboard.Draft && model.DraftStepCount == 0)
        {
            faults.Warning(
                "no-draft",
                "$.draft",
                $"Model {model.Name} has no draft steps; the film is rendered in full.");
        }

        CheckSettings(storyboard.Defaults ?? new(), "$.defaults", model, faults);
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var path = $"$.shots[{index}]";
            CheckSettings(storyboard.Shots[index], path, model, faults);
            CheckTasks(storyboard.Shots[index], path, model, faults);
        }
    }

    /// <summary>Whether a shot makes a clip or a picture anew, so that strength counts.</summary>
    public static bool Redraws(StoryboardShot shot, ModelManifest model) =>
        shot.Source is not null
        || (shot.StartKeyframe is not null && model.Tasks.Contains("image-to-image"));

    private static void CheckSettings(
        ShotSettings settings, string path, ModelManifest model, FaultList faults)
    {
        if (settings.Steps > model.MaximumStepCount)
        {
            faults.Error(
                "steps-out-of-range",
                $"{path}.steps",
                $"Model {model.Name} takes 1 to {model.MaximumStepCount} steps; "
                    + $"found {settings.Steps}.");
        }

        if (settings.Guidance > model.MaximumGuidanceScale)
        {
            faults.Error(
                "guidance-out-of-range",
                $"{path}.guidance",
                $"Model {model.Name} takes a guidance scale of 1 to {model.MaximumGuidanceScale}; "
                    + $"found {settings.Guidance}.");
        }

        // A count beyond the range was said already.
        if (settings.Takes is > 1 and <= SettingsCheck.MaxTakes && !model.ScoresTakes)
        {
            faults.Error(
                "takes-not-scored",
                $"{path}.takes",
                $"Model {model.Name} has no scorer that could choose among {settings.Takes} takes; "
                    + "shots of different seeds are takes to choose from by eye.");
        }

        if (settings.Sampler is { } sampler && !model.Samplers.Contains(sampler))
        {
            var hint = Suggestion.For(sampler, [.. model.Samplers]);
            faults.Error(
                "unknown-sampler",
                $"{path}.sampler",
                $"Model {model.Name} has no sampler '{TextRules.Excerpt(sampler)}'.{hint}");
        }
    }

    private static void CheckTasks(
        StoryboardShot shot, string path, ModelManifest model, FaultList faults)
    {
        var (task, field) = (shot.StartKeyframe, shot.EndKeyframe) switch
        {
            (null, null) when shot.Source is not null => ("video-to-video", "source"),
            (null, null) => ("text-to-video", "prompt"),
            (_, null) when shot.Mask is not null => ("mask", "mask"),
            (_, null) => ("start-frame", "startKeyframe"),
            (null, _) => ("end-frame", "endKeyframe"),
            _ => ("start-and-end-frame", "endKeyframe"),
        };
        Require(task, field);
        if (shot.Mask is not null && task != "mask")
        {
            Require("mask", "mask");
        }

        if (shot is { Loop: true, EndKeyframe: null })
        {
            Require("loop", "loop");
        }

        if (shot.Strength is not null && !Redraws(shot, model))
        {
            faults.Warning(
                "strength-unused",
                $"{path}.strength",
                $"With model {model.Name} this shot makes nothing anew; its strength was skipped.");
        }

        void Require(string needed, string place)
        {
            if (!model.Tasks.Contains(needed))
            {
                faults.Error(
                    "task-not-supported",
                    $"{path}.{place}",
                    $"Model {model.Name} cannot do {needed}, only "
                        + $"{string.Join(", ", model.Tasks)}.");
            }
        }
    }
}
