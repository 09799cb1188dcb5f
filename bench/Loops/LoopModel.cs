using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Pipelines.Wan;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>A model as the farm renders with it, and the bare graph that its loop runs.</summary>
internal sealed class LoopModel : IDisposable
{
    private const string Words = "A lighthouse at dusk, slow pan left";

    private LoopModel(
        ModelPackage package, Func<BareDenoiser> open, VideoRequest request, VideoRequest small)
    {
        (Request, Small) = (request, small);
        Pipeline = VideoPipeline.Load(package, new OnnxOptions());
        Bare = open();
    }

    public string Name => Pipeline.Package.Manifest.Name;

    public VideoPipeline Pipeline { get; }

    public BareDenoiser Bare { get; }

    /// <summary>A clip as people ask for it.</summary>
    public VideoRequest Request { get; }

    /// <summary>One of which many are made soon.</summary>
    public VideoRequest Small { get; }

    /// <summary>Flipbook, at its usual size and guidance: a batch of two at every step.</summary>
    public static LoopModel OpenFlipbook(string folder)
    {
        var (package, device) = (ModelPackage.Open(folder), OnnxDevice.Open(new OnnxOptions()));
        var request = RequestOf(package, 160, 96, 17, 16);
        var geometry = LatentGeometry.Read(package.Files);
        var shape = geometry.ShapeOf(request.Width, request.Height, request.FrameCount);
        var tokenizer = PromptTokenizer.OpenPlain(package.Files, "tokenizer");
        using var session = OnnxSession.Load(
            device, package.Files, TextEncoder.Signature(tokenizer.Length));
        var text = new TextEncoder(tokenizer, session);
        var words = text.Encode([request.NegativePrompt, request.Prompt], default);
        BareDenoiser Open() => new(
            package.Files.Find("transformer/model.onnx"),
            device,
            runCount: 1,
            [
                new("encoder_hidden_states", words.Values, 2, words.Length, words.Width),
                new("encoder_attention_mask", words.Mask, 2, words.Length),
            ],
            shape.Batch(2, (2 * shape.ChannelCount) + 1),
            shape);
        return new LoopModel(package, Open, request, request with
        {
            Width = 64, Height = 64, FrameCount = 5, StepCount = 2,
        });
    }

    /// <summary>The miniature of Wan 2.1: UniPC, and two calls at every step.</summary>
    public static LoopModel OpenWan(string folder)
    {
        var (package, device) = (ModelPackage.Open(folder), OnnxDevice.Open(new OnnxOptions()));
        var request = RequestOf(package, 64, 64, 9, 16);
        var shape = WanConfig.Read(package.Files)
            .ShapeOf(request.Width, request.Height, request.FrameCount);
        using var session = OnnxSession.Load(
            device,
            package.Files,
            TextNetwork.Signature("text_encoder", TextNetwork.LastHidden));
        var text = new TextNetwork(
            PromptTokenizer.Open(package.Files, "tokenizer", 512),
            session,
            TextNetwork.LastHidden.Name);
        var words = text.Encode(request.Prompt, default).WithoutPadding();
        BareDenoiser Open() => new(
            package.Files.Find("transformer/model.onnx"),
            device,
            runCount: 2,
            [new("encoder_hidden_states", words.Hidden, 1, words.Length, words.Width)],
            shape.Batch(1, shape.ChannelCount),
            shape);
        return new LoopModel(package, Open, request, request with { StepCount = 2 });
    }

    public void Dispose()
    {
        Pipeline.Dispose();
        Bare.Dispose();
    }

    private static VideoRequest RequestOf(
        ModelPackage package, int width, int height, int frameCount, int stepCount) => new()
    {
        Prompt = Words,
        Seed = 7,
        Width = width,
        Height = height,
        FrameCount = frameCount,
        StepCount = stepCount,
        GuidanceScale = package.Manifest.Guidance.Default,
        Sampler = package.Manifest.Samplers[0],
    };
}
