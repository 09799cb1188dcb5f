using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>
/// How much work a shot is, so that shots of one model can be compared: pixels that the model
/// itself makes, times denoising steps and takes. Pure.
/// </summary>
internal static class ShotWork
{
    /// <summary>The work in millions of pixel-steps.</summary>
    public static double Of(ShotTask task) =>
        FootprintOf(task) * task.StepCount * task.TakeCount;

    /// <summary>
    /// What of a shot lies in memory at once, in millions of pixels: takes are made one by one.
    /// </summary>
    public static double FootprintOf(ShotTask task)
    {
        var pixels = (double)task.Size.Width * task.Size.Height / (task.Upscale * task.Upscale);
        var frames = Math.Ceiling((double)task.FrameCount / task.Interpolation);
        return pixels * frames / 1e6;
    }
}
