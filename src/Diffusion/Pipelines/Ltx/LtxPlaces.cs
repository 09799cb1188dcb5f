using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>
/// How a denoiser is told where its tokens are: one of conditions by where each is, others by how
/// many latents there are.
/// </summary>
/// <param name="config">The package.</param>
/// <param name="framesPerSecond">The clip's.</param>
internal sealed class LtxPlaces(LtxConfig config, double framesPerSecond)
{
    private const string Coordinates = "video_coords";

    public IReadOnlyList<TensorSpec> Specs { get; } = config.Conditions is not null
        ? [new(Coordinates, IsWhole: false, -1, 3, -1)]
        :
        [
            Size("num_frames"), Size("height"), Size("width"),
            new("rope_interpolation_scale", IsWhole: false, 3),
        ];

    /// <param name="shape">All latents.</param>
    /// <param name="lead">Those of them that lead the clip, and stand for its last frame.</param>
    /// <param name="denoiser">Loaded with the specs.</param>
    public IReadOnlyList<ConstantInput> Of(LatentShape shape, int lead, OnnxSession denoiser)
    {
        if (config.Conditions is not null)
        {
            return [new(Coordinates, CoordinatesOf(shape, lead), 3, shape.ChannelLength)];
        }

        var spatial = (float)config.SpatialRatio;
        return
        [
            Shared("num_frames", shape.FrameCount),
            Shared("height", shape.Height),
            Shared("width", shape.Width),
            new(
                "rope_interpolation_scale",
                [(float)(config.TemporalRatio / framesPerSecond), spatial, spatial],
                3)
            {
                IsShared = true,
            },
        ];

        ConstantInput Shared(string name, int value) =>
            new(name, [value], denoiser.Rank(name) == 0 ? [] : [1]) { IsShared = true };
    }

    private static TensorSpec Size(string name) =>
        new(name, IsWhole: true) { IsLoose = true };

    /// <summary>[3, S]: the second, and the pixel from above and from the left.</summary>
    private float[] CoordinatesOf(LatentShape shape, int lead)
    {
        var values = new float[3 * shape.ChannelLength];
        var last = (shape.FrameCount - lead - 1) * config.TemporalRatio;
        for (var token = 0; token < shape.ChannelLength; token++)
        {
            var (row, x) = Math.DivRem(token, shape.Width);
            var (latentFrame, y) = Math.DivRem(row, shape.Height);

            // A latent frame is where the first of its frames is; the first one is one frame.
            var frame = latentFrame < lead
                ? last
                : Math.Max(0, ((latentFrame - lead - 1) * config.TemporalRatio) + 1);
            values[token] = (float)(frame / framesPerSecond);
            values[shape.ChannelLength + token] = y * config.SpatialRatio;
            values[(2 * shape.ChannelLength) + token] = x * config.SpatialRatio;
        }

        return values;
    }
}
