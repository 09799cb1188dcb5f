namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Small requests, so that a real network answers them in a blink.</summary>
internal static class VideoRequests
{
    public static VideoRequest Small { get; } = new()
    {
        Prompt = "A lighthouse at dusk, slow pan left",
        Seed = 7,
        Width = 64,
        Height = 64,
        FrameCount = 5,
        StepCount = 2,
        GuidanceScale = 3,
        Sampler = "euler",
    };

    public static RgbImage Image(int width, int height, byte level)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, level);
        return new RgbImage(width, height, pixels);
    }
}
