using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>
/// Latents to frames, so many at a time, by a network that makes neighbours agree: a long clip
/// takes no more memory than a short one.
/// </summary>
/// <param name="session">The network.</param>
/// <param name="scale">What the denoiser works in.</param>
/// <param name="chunkLength">Frames that are decoded at once.</param>
/// <param name="ratio">Pixels along a side of one latent.</param>
internal sealed class TemporalDecoder(
    OnnxSession session, LatentScale scale, int chunkLength, int ratio)
{
    private const string FrameCount = "num_frames";

    public static GraphSignature Signature(int channelCount) => new(
        "vae_decoder/model.onnx",
        [
            VaeDecoder.Latents(-1, channelCount, -1, -1),
            new(FrameCount, IsWhole: true) { Synonyms = ["num_frames_in"], IsLoose = true },
        ],
        [VaeDecoder.Pixels(-1, 3, -1, -1)]);

    /// <summary>Latents, [F, C, h, w], to a clip.</summary>
    public DecodedClip Decode(float[] latents, LatentShape shape, CancellationToken token)
    {
        var (width, height) = (shape.Width * ratio, shape.Height * ratio);
        var clip = new DecodedClip(
            new float[3 * shape.FrameCount * width * height], shape.FrameCount, width, height);
        for (var start = 0; start < shape.FrameCount; start += chunkLength)
        {
            var count = Math.Min(chunkLength, shape.FrameCount - start);
            using var binding = session.Bind();
            var input = binding.Input(
                "latent_sample", true, count, shape.ChannelCount, shape.Height, shape.Width);
            binding.Input(FrameCount, true, session.Rank(FrameCount) == 0 ? [] : [1])[0] = count;
            var frames = binding.Output("sample", count, 3, height, width);
            var length = shape.ChannelCount * shape.FrameLength;
            for (var i = 0; i < count; i++)
            {
                scale.Denormalize(
                    latents.AsSpan((start + i) * length, length), input.AsSpan(i * length, length));
            }

            binding.Run(token);
            Lay(frames, clip, start);
        }

        return clip;
    }

    /// <summary>[N, 3, H, W] into [3, T, H, W].</summary>
    private static void Lay(float[] frames, DecodedClip clip, int start)
    {
        for (var plane = 0; plane < frames.Length / clip.PlaneLength; plane++)
        {
            var (frame, channel) = Math.DivRem(plane, 3);
            frames.AsSpan(plane * clip.PlaneLength, clip.PlaneLength).CopyTo(clip.Values.AsSpan(
                ((channel * clip.FrameCount) + start + frame) * clip.PlaneLength));
        }
    }
}
