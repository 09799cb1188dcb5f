using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// Frames of a clip that are known before it is made, by whatever conditions it. What is decoded
/// comes near them only, and where a clip meets another one that would be seen; so they are laid
/// over it, and the frames beside them follow.
/// </summary>
/// <param name="First">The first ones; null where they are free.</param>
/// <param name="Last">The last one; null where it is free.</param>
/// <param name="IsLoop">The last one is the first again, whatever that is.</param>
internal sealed record GivenFrames(DecodedClip? First, DecodedClip? Last, bool IsLoop)
{
    /// <param name="request">A checked request.</param>
    /// <param name="tail">The frames that its clip goes on from.</param>
    public static GivenFrames Of(VideoRequest request, DecodedClip? tail) => new(
        tail ?? Of(request.StartImage), Of(request.EndImage), request.Loop);

    public void LayOver(DecodedClip clip)
    {
        if (First is not null)
        {
            clip.Begin(First);
        }

        if (Last is not null)
        {
            clip.End(Last);
        }
        else if (IsLoop)
        {
            var first = new float[clip.FrameLength];
            clip.CopyFrame(0, first);
            clip.End(clip with { Values = first, FrameCount = 1 });
        }
    }

    private static DecodedClip? Of(RgbImage? image) =>
        image is null ? null : DecodedClip.Of(image);
}
