using System.Globalization;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// What a family does in its own way: words and pictures to what its denoiser is told, and latents
/// to pixels. The loop between is <see cref="LatentPipeline"/>'s.
/// </summary>
/// <param name="package">The model.</param>
/// <param name="device">What computes.</param>
/// <param name="splitsGuidance">Guidance takes two calls, as in the family's own pipeline.</param>
internal abstract class FamilyModel(
    ModelPackage package, OnnxDevice device, bool splitsGuidance = false) : IDisposable
{
    private readonly List<OnnxSession> sessions = [];
    private VaeEncoder? encoder;

    /// <summary>Wall time inside ONNX Runtime so far.</summary>
    public TimeSpan OnnxTime =>
        sessions.Aggregate(TimeSpan.Zero, (sum, session) => sum + session.Elapsed);

    public ModelManifest Manifest => package.Manifest;

    /// <summary>What it does in smaller pieces since memory did not suffice.</summary>
    public MemoryLadder Ladder { get; } = new(splitsGuidance);

    protected PackageFolder Files => package.Files;

    /// <summary>The manifest's frame rate, as networks are told it.</summary>
    protected double FramesPerSecond
    {
        get
        {
            var parts = Manifest.FrameRate.Split('/');
            return double.Parse(parts[0], CultureInfo.InvariantCulture)
                / (parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
        }
    }

    /// <summary>Loads its networks.</summary>
    /// <exception cref="ModelException">The package does not fit.</exception>
    public abstract void Open();

    /// <summary>The latents of a clip.</summary>
    public abstract LatentShape ShapeOf(int width, int height, int frameCount);

    /// <summary>
    /// Latent frames that the denoiser sees before those of the clip, which are given and not
    /// decoded: its latents have them first.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="shape">The latents of its clip alone.</param>
    public virtual int LeadCountOf(VideoRequest request, LatentShape shape) => 0;

    /// <summary>What a sampler is told beside the number of steps.</summary>
    public virtual SamplerRun Adapt(SamplerRun run, LatentShape shape) => run;

    /// <summary>Whether StartImage is redrawn, rather than kept as the first frame.</summary>
    public virtual bool RedrawsStart => false;

    /// <summary>3. Encodes the prompts and pictures of a checked request.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="shape">The latents of its clip, after those that lead it.</param>
    /// <param name="scope">Owns the tensors of its denoiser.</param>
    /// <param name="noise">Chance, from which encoded pictures are drawn.</param>
    /// <param name="token">Ends it within one run of a network.</param>
    public abstract PreparedClip Prepare(
        VideoRequest request,
        LatentShape shape,
        ClipScope scope,
        NoiseSource noise,
        CancellationToken token);

    /// <summary>
    /// Encodes a clip that is made anew, [3, T, H, W], to the latents that its denoiser works in.
    /// What the encoder finds most likely is taken: all chance is in the noise that follows.
    /// </summary>
    /// <exception cref="ModelException">The package has no VAE encoder.</exception>
    public float[] Encode(DecodedClip clip, LatentShape shape, CancellationToken token) =>
        encoder!.Encode(clip, shape, noise: null, token);

    /// <summary>7. Decodes latents, [C, F, h, w].</summary>
    public abstract DecodedClip Decode(
        float[] latents, LatentShape shape, NoiseSource noise, CancellationToken token);

    public void Dispose() => sessions.ForEach(session => session.Dispose());

    /// <exception cref="ModelException">
    /// The manifest promises more of a clip's ends than these tasks.
    /// </exception>
    protected void CheckEnds(params IReadOnlyList<string> able)
    {
        var found = Manifest.Tasks.Where(task =>
            task is "start-frame" or "end-frame" or "start-and-end-frame").ToList();
        if (found.Except(able).Any())
        {
            throw new ModelException(
                $"manifest.json: tasks: expected of a clip's ends only {string.Join(", ", able)}, "
                + $"found {string.Join(", ", found)}.");
        }
    }

    /// <summary>Loads a network; it is disposed of with the model.</summary>
    protected OnnxSession Load(GraphSignature signature, bool isDenoiser = false)
    {
        sessions.Add(OnnxSession.Load(device, Files, signature, isDenoiser));
        return sessions[^1];
    }

    /// <summary>Loads the one text encoder of a package that has no other.</summary>
    protected TextNetwork LoadWords(int tokenCount) => new(
        PromptTokenizer.Open(Files, "tokenizer", tokenCount),
        Load(TextNetwork.Signature("text_encoder", TextNetwork.LastHidden)),
        TextNetwork.LastHidden.Name);

    /// <summary>Loads the VAE's encoder, which a package may lack until it is needed.</summary>
    /// <param name="scale">What the denoiser works in.</param>
    /// <param name="isClip">The network has an axis for frames.</param>
    /// <param name="chunks">How long clips are encoded; null encodes them at once.</param>
    /// <param name="stream">The network as two graphs; null where it is one, or none.</param>
    protected VaeEncoder LoadEncoder(
        LatentScale scale, bool isClip, VaeChunks? chunks = null, VaeStream? stream = null) =>
        encoder = new(
            stream is null && Files.Contains("vae_encoder/model.onnx")
                ? Load(VaeEncoder.Signature(scale.ChannelCount, isClip))
                : null,
            scale,
            isClip,
            chunks ?? VaeChunks.Whole)
        {
            Stream = stream,
        };

    protected VaeDecoder LoadDecoder(LatentScale scale, bool isClip) =>
        new(Load(VaeDecoder.Signature(scale.ChannelCount, isClip)), scale, isClip);
}
