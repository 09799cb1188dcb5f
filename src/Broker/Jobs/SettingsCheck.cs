using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Says which settings no model can follow.</summary>
internal static class SettingsCheck
{
    // The largest whole number that every JSON reader keeps exactly (2^53 - 1).
    private const long MaxSeed = 9_007_199_254_740_991;
    private const int MaxFramesPerSecond = 120;

    /// <summary>Most takes of one shot.</summary>
    public const int MaxTakes = 16;

    public static void Run(ShotSettings settings, string path, FaultList faults)
    {
        if (settings.Length is { } length && !ShotLength.TryParse(length, out _))
        {
            faults.Error(
                "bad-length",
                $"{path}.length",
                $"Expected {ShotLength.Expected}, found '{TextRules.Excerpt(length)}'.");
        }

        if (settings.Seed is < 0 or > MaxSeed)
        {
            faults.Error(
                "seed-out-of-range",
                $"{path}.seed",
                $"Expected a seed from 0 to {MaxSeed}, found {settings.Seed}.");
        }

        if (settings.Steps < 1)
        {
            faults.Error(
                "steps-out-of-range",
                $"{path}.steps",
                $"Expected at least 1 step, found {settings.Steps}.");
        }

        if (settings.Takes is < 1 or > MaxTakes)
        {
            faults.Error(
                "takes-out-of-range",
                $"{path}.takes",
                $"Expected 1 to {MaxTakes} takes, found {settings.Takes}.");
        }

        if (settings.Guidance is { } guidance && !(double.IsFinite(guidance) && guidance >= 1))
        {
            faults.Error(
                "guidance-out-of-range",
                $"{path}.guidance",
                $"Expected a guidance scale of at least 1, which is none, found {guidance}.");
        }

        if (settings.Strength is { } strength && !(strength > 0 && strength <= 1))
        {
            faults.Error(
                "strength-out-of-range",
                $"{path}.strength",
                $"Expected a strength above 0 and up to 1, found {strength}.");
        }

        if (settings.Reuse is { } reuse && !(reuse >= 0 && reuse <= 1))
        {
            faults.Error(
                "reuse-out-of-range",
                $"{path}.reuse",
                $"Expected a part from 0, which reuses no step, to 1, found {reuse}.");
        }

        CheckRate(settings.FrameRate, $"{path}.frameRate", faults);
        CheckCamera(settings.Camera, $"{path}.camera", faults);
        CheckTransition(settings.Transition, $"{path}.transition", faults);
    }

    /// <summary>Whether frames can follow one another at that rate.</summary>
    public static bool IsRate(FrameRate rate) =>
        rate.Denominator > 0 && rate.Numerator >= rate.Denominator
        && rate.Numerator <= (long)MaxFramesPerSecond * rate.Denominator;

    private static void CheckRate(FrameRate? rate, string place, FaultList faults)
    {
        if (rate is { } set && !IsRate(set))
        {
            faults.Error(
                "rate-out-of-range",
                place,
                $"Expected 1 to {MaxFramesPerSecond} frames a second, found {set}.");
        }
    }

    private static void CheckCamera(string? camera, string place, FaultList faults)
    {
        CameraWords.Read(camera ?? "", out var unknown);
        foreach (var move in unknown)
        {
            var hint = Suggestion.For(move, CameraWords.Known);
            faults.Warning(
                "unknown-camera",
                place,
                $"'{TextRules.Excerpt(move)}' joins the prompt as it is.{hint}");
        }
    }

    private static void CheckTransition(Transition? transition, string place, FaultList faults)
    {
        if (transition is null)
        {
            return;
        }

        if (!Enum.IsDefined(transition.Kind))
        {
            faults.Error(
                "unknown-word", $"{place}.kind", $"{(int)transition.Kind} is no transition.");
        }

        if (transition.FrameCount < 0)
        {
            faults.Error(
                "bad-transition-length",
                $"{place}.frameCount",
                $"Expected frames of each side, found {transition.FrameCount}.");
        }
        else if (transition is { Kind: TransitionKind.Cut, FrameCount: > 0 })
        {
            faults.Warning(
                "cut-with-frames",
                $"{place}.frameCount",
                $"A cut touches no frames; {transition.FrameCount} was skipped.");
        }
    }
}
