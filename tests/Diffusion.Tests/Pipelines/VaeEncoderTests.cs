using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class VaeEncoderTests : IDisposable
{
    private static readonly RgbImage Image = VideoRequests.Image(64, 64, 200);

    private readonly LatentGeometry geometry;
    private readonly OnnxSession session;
    private readonly VaeEncoder encoder;

    public VaeEncoderTests()
    {
        var package = FlipbookPackage.Open();
        geometry = LatentGeometry.Read(package.Files);
        session = OnnxSession.Load(
            OnnxDevice.Open(new OnnxOptions()), package.Files, VaeEncoder.Signature(geometry));
        encoder = new VaeEncoder(geometry, session);
    }

    public void Dispose() => session.Dispose();

    [Fact]
    public void Encode_FiveFrames_AreTwoLatentFramesOfWhichTheFirstIsTheImages()
    {
        var values = new float[3 * 5 * 64 * 64];
        values.AsSpan().Fill((200 / 127.5f) - 1);

        var latents = encoder.Encode(new DecodedClip(values, 5, 64, 64), CancellationToken.None);

        var image = encoder.Encode(Image, CancellationToken.None);
        var length = image.Length / geometry.ChannelCount;
        Assert.Equal(2 * image.Length, latents.Length);
        for (var channel = 0; channel < geometry.ChannelCount; channel++)
        {
            for (var place = 0; place < length; place++)
            {
                Assert.Equal(
                    image[(channel * length) + place],
                    latents[(channel * 2 * length) + place],
                    1e-4f);
            }
        }
    }

    [Fact]
    public void Encode_Image_IsTheNormalizedFirstLatentFrameOfItsClip()
    {
        var latents = encoder.Encode(Image, CancellationToken.None);

        // The encoder looks only back, so a longer clip begins with the same latent frame.
        var shape = geometry.ShapeOf(64, 64, 9);
        using var binding = session.Bind();
        var clip = binding.Input("sample", isConstant: true, 1, 3, 9, 64, 64);
        clip.AsSpan().Fill((200 / 127.5f) - 1);
        var parameters = binding.Output(
            "latent_parameters", shape.Batch(1, 2 * shape.ChannelCount));
        binding.Run(CancellationToken.None);
        Assert.Equal(geometry.ChannelCount * shape.FrameLength, latents.Length);
        for (var i = 0; i < latents.Length; i++)
        {
            var (channel, place) = Math.DivRem(i, shape.FrameLength);
            var value = parameters[(channel * shape.ChannelLength) + place];
            var expected = (value - geometry.Mean[channel]) / geometry.Deviation[channel];
            Assert.Equal(expected, latents[i], 1e-4f);
        }
    }
}
