using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Cli.Display;

/// <summary>The last sentence about a finished film.</summary>
internal static class FilmSummary
{
    /// <summary>Says what was rendered, what was there already, and where the film is.</summary>
    public static string Of(JobCompleted completed, string reelPath)
    {
        var work = (completed.RenderedShotCount, completed.CachedShotCount) switch
        {
            (0, 0) => "nothing was rendered",
            (0, 1) => "nothing to render, the shot was there",
            (0, var cached) => $"nothing to render, all {cached} shots were there",
            (var rendered, 0) => $"{Shots(rendered)} rendered",
            (var rendered, var cached) =>
                $"{Shots(rendered)} rendered, {cached} {(cached == 1 ? "was" : "were")} there",
        };
        var missing = completed.MissingShotCount == 0
            ? ""
            : $", {Shots(completed.MissingShotCount)} missing";
        return $"{work}{missing}; {completed.FrameCount} frames in {reelPath}";
    }

    private static string Shots(int count) => count == 1 ? "1 shot" : $"{count} shots";
}
