using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Says what is wrong with a storyboard, whatever model is to render it.</summary>
internal sealed class StoryboardCheck(JobReaderOptions limits, FaultList faults)
{
    private const int MaxTitleLength = 200;
    private const int MaxMentionedLength = 300;

    /// <summary>True when there are shots to look at any further.</summary>
    public bool Run(Storyboard storyboard)
    {
        if (storyboard.Version != 1)
        {
            faults.Error(
                "unknown-version", "$.version", $"Expected 1, found {storyboard.Version}.");
        }

        CheckText(storyboard.Title, "$.title", MaxTitleLength);
        CheckText(storyboard.Soundtrack, "$.soundtrack", MaxMentionedLength);
        if (!Enum.IsDefined(storyboard.Codec))
        {
            faults.Error("unknown-word", "$.codec", $"{(int)storyboard.Codec} is no codec.");
        }

        CheckRule(storyboard.OnFailedShot, faults);
        if (storyboard.Shots.Count == 0)
        {
            faults.Error("film-empty", "$.shots", "A film has at least one shot; this has none.");
            return false;
        }

        if (storyboard.Shots.Count > limits.MaxShots)
        {
            faults.Error(
                "too-many-shots",
                "$.shots",
                $"A film has at most {limits.MaxShots} shots; this one has more.");
            return false;
        }

        CheckSettings(storyboard.Defaults ?? new(), "$.defaults");
        return CheckShots(storyboard);
    }

    /// <summary>Says whether what is to become of failed shots is one of the known ways.</summary>
    public static void CheckRule(FailedShotRule? rule, FaultList faults)
    {
        if (rule is { } given && !Enum.IsDefined(given))
        {
            faults.Error(
                "unknown-word", "$.onFailedShot", $"{(int)given} is no rule for failed shots.");
        }
    }

    private bool CheckShots(Storyboard storyboard)
    {
        var sound = true;
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            // A list of the contract can hold null, whatever its type says.
            var path = $"$.shots[{index}]";
            if (storyboard.Shots[index] is { Prompt: not null } shot)
            {
                CheckPrompt(shot.Prompt, $"{path}.prompt");
                CheckSettings(shot, path);
                continue;
            }

            sound = false;
            faults.Error("wrong-type", path, "Expected a shot, found null.");
        }

        if (sound)
        {
            new KeyframeCheck(storyboard, new ShotGraph(storyboard), faults).Run();
        }

        return sound;
    }

    private void CheckPrompt(string prompt, string place)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            faults.Error("prompt-empty", place, "A shot needs words that say what is seen.");
            return;
        }

        CheckText(prompt, place, limits.MaxPromptLength);
        var words = prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (words > limits.LongPromptWordCount)
        {
            faults.Warning(
                "prompt-long",
                place,
                $"The prompt has {words} words; a model may not read those after about the "
                    + $"{limits.LongPromptWordCount}th.");
        }
    }

    private void CheckText(string? text, string place, int maxLength)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length > maxLength)
        {
            faults.Error(
                "text-too-long",
                place,
                $"Expected at most {maxLength} characters, found {text.Length}.");
        }
        else if (TextRules.FirstBadCharacter(text, allowLines: true) is >= 0 and var bad)
        {
            faults.Error("bad-character", place, TextRules.Describe(text[bad]));
        }
        else if (text.Any(letter => letter is '\n' or '\t'))
        {
            faults.Fixed("lines-joined", place, "Line ends and tabs were read as spaces.");
        }
    }

    private void CheckSettings(ShotSettings settings, string path)
    {
        CheckText(settings.NegativePrompt, $"{path}.negativePrompt", limits.MaxPromptLength);
        CheckText(settings.Camera, $"{path}.camera", MaxMentionedLength);
        CheckText(settings.Sampler, $"{path}.sampler", MaxMentionedLength);
        SettingsCheck.Run(settings, path, faults);
    }
}
