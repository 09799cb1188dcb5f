using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>A picture to values that say what it shows.</summary>
internal sealed class ImageEncoder
{
    private const string Input = "pixel_values";
    private const string Output = "image_embeds";

    private readonly OnnxSession session;
    private readonly int size;
    private readonly int width;
    private readonly float[] mean;
    private readonly float[] deviation;

    /// <param name="session">The network.</param>
    /// <param name="size">Pixels along a side of what it sees.</param>
    /// <param name="width">Values that it gives.</param>
    /// <param name="files">The package, which says what pixels it was trained with.</param>
    public ImageEncoder(OnnxSession session, int size, int width, PackageFolder files)
    {
        (this.session, this.size, this.width) = (session, size, width);
        using var config = new ConfigFile(files, "feature_extractor/preprocessor_config.json");
        (mean, deviation) = (config.Numbers("image_mean"), config.Numbers("image_std"));
        if (mean.Length != 3 || deviation.Length != 3 || !deviation.All(value => value > 0))
        {
            throw config.Fault("image_std", "3 numbers above 0, beside 3 of image_mean");
        }
    }

    public static GraphSignature Signature(int size, int width) => new(
        "image_encoder/model.onnx",
        [new(Input, IsWhole: false, -1, 3, size, size)],
        [new(Output, IsWhole: false, -1, width) { Synonyms = ["image_embeddings"] }]);

    public float[] Encode(DecodedClip picture, CancellationToken token)
    {
        using var binding = session.Bind();
        var pixels = binding.Input(Input, true, 1, 3, size, size);
        var embedding = binding.Output(Output, 1, width);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = pixels.AsSpan(channel * size * size, size * size);
            SmoothResize.Plane(
                picture.Plane(0, channel), picture.Width, picture.Height, plane, size);
            foreach (ref var value in plane)
            {
                value = (((value + 1) / 2) - mean[channel]) / deviation[channel];
            }
        }

        binding.Run(token);
        return embedding;
    }
}
