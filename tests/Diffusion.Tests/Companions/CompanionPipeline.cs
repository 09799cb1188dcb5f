using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

/// <summary>Two pipelines of one model: with companions, and without.</summary>
public sealed class CompanionPipeline : IDisposable
{
    private readonly CompanionPackage package = new();
    private readonly TemporaryFolder bare = CompanionPackage.Bare();

    public CompanionPipeline()
    {
        Pipeline = VideoPipeline.Load(package.Open(), new OnnxOptions());
        Bare = VideoPipeline.Load(ModelPackage.Open(bare.Path), new OnnxOptions());
    }

    internal VideoPipeline Pipeline { get; }

    internal VideoPipeline Bare { get; }

    public void Dispose()
    {
        Pipeline.Dispose();
        Bare.Dispose();
        package.Dispose();
        bare.Dispose();
    }

    internal static List<byte[]> Frames(VideoPipeline pipeline, VideoRequest request)
    {
        using var clip = pipeline.Generate(request, null, default);
        return Frames(clip);
    }

    internal static List<byte[]> Frames(GeneratedClip clip) =>
        [.. clip.Frames(default).Select(frame => frame.ToArray())];

    internal List<byte[]> Frames(VideoRequest request) => Frames(Pipeline, request);

    /// <summary>
    /// What a mixture of frames comes to, within one level of rounding. A value at an end of the
    /// scale may have been beyond it before it was cut off, and leaves the mixture open there.
    /// </summary>
    internal static void AssertMixture(
        byte[] found, IReadOnlyList<float> shares, params byte[][] frames)
    {
        Assert.Equal(frames[0].Length, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            var expected = shares.Select((share, frame) => share * frames[frame][i]).Sum();
            Assert.InRange(
                found[i],
                frames.Any(frame => frame[i] == 0) ? 0 : expected - 1.5,
                frames.Any(frame => frame[i] == 255) ? 255 : expected + 1.5);
        }
    }
}
