using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Tests.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class GuidedDenoiserTests : IDisposable
{
    private const string Words = "encoder_hidden_states";

    private static readonly LatentShape Shape = new(2, 1, 2, 2);
    private static readonly float[] Latents = [1, 2, 3, 4, 5, 6, 7, 8];

    private readonly TemporaryFolder folder = new();
    private readonly MemoryLadder ladder = new(isGuidanceSplit: false);

    [Fact]
    public void Predict_BatchOfTwoFits_IsOneCall()
    {
        using var session = Open(itemCount: -1);
        using var scope = new ClipScope();

        var found = Denoiser(session, scope).Predict(Latents, 0, 0, default);

        Assert.Equal(Expected, found.ToArray());
        Assert.False(ladder.IsGuidanceSplit);
    }

    [Fact]
    public void Predict_BatchOfTwoDoesNotFit_IsTwoCallsFromThenOn()
    {
        using var session = Open(itemCount: 1);
        using var scope = new ClipScope();
        var denoiser = Denoiser(session, scope);

        var first = denoiser.Predict(Latents, 0, 0, default).ToArray();
        var second = denoiser.Predict(Latents, 0, 0, default).ToArray();
        var next = Denoiser(session, scope).Predict(Latents, 0, 0, default).ToArray();

        Assert.All([first, second, next], found => Assert.Equal(Expected, found));
        Assert.Equal(["guidance takes two calls"], ladder.Rungs);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>From the latents and 10, three times the way to the latents and 20.</summary>
    private static float[] Expected => [.. Latents.Select(value => value + 10 + (3 * 10))];

    private GuidedDenoiser Denoiser(OnnxSession session, ClipScope scope) => new(
        scope,
        session,
        new PlanarLayout(Shape, isClip: false, moreCount: 0),
        [WordsOf(10)],
        [WordsOf(20)],
        new Guidance(3, 0, 0, 1),
        ladder);

    private static ConstantInput WordsOf(float value) =>
        new(Words, [value], 1, 1, 1);

    /// <summary>
    /// The sum of latents and words. It fails for any other number of items than this, unless that
    /// is -1, by a node whose name has the fault tell what a full device tells.
    /// </summary>
    private OnnxSession Open(int itemCount)
    {
        int[] sizes = [-1, Shape.ChannelCount, Shape.Height, Shape.Width];
        var graph = OnnxFile.Model(
            [
                OnnxFile.Node(
                    "Reshape", "room", ["sample", "sizes"], OnnxFile.Name("CUDA out of memory")),
                OnnxFile.Node("Sum", "out_sample", ["room", Words]),
            ],
            [OnnxFile.Sizes("sizes", itemCount, Shape.ChannelCount, Shape.Height, Shape.Width)],
            [
                OnnxFile.Value("sample", OnnxFile.Single, sizes),
                OnnxFile.Value("timestep", OnnxFile.Single, 1),
                OnnxFile.Value(Words, OnnxFile.Single, -1, 1, 1, 1),
            ],
            OnnxFile.Value("out_sample", OnnxFile.Single, sizes));
        File.WriteAllBytes(Path.Combine(folder.Path, "model.onnx"), graph);
        return OnnxSession.Load(
            OnnxDevice.Open(new OnnxOptions()),
            folder.Open(),
            new GraphSignature(
                "model.onnx",
                [
                    new TensorSpec("sample", IsWhole: false, sizes),
                    DenoiserSignature.Timestep,
                    new TensorSpec(Words, IsWhole: false, -1, 1, 1, 1),
                ],
                [DenoiserSignature.Output(sizes)]));
    }
}
