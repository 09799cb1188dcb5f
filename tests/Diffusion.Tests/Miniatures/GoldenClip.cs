namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>Slices of a clip that another implementation made.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Request">What it was made of.</param>
/// <param name="ReusedStepCount">Steps of it that were made without the network.</param>
/// <param name="ValueCount">Values of the whole clip, [3, T, H, W].</param>
/// <param name="Stride">Every so many of them are here.</param>
/// <param name="Slices">Those.</param>
internal sealed record GoldenClip(
    string Name,
    VideoRequest Request,
    int ReusedStepCount,
    int ValueCount,
    int Stride,
    float[] Slices);
