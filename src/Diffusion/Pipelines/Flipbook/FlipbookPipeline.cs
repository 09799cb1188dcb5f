using RenderFarm.Diffusion.Companions;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// Text, and images for the first and last frame, to a clip: a rectified-flow transformer over
/// the latents of a causal VAE, and, where the package has them, a scorer that chooses among
/// takes, an interpolator and an upscaler.
/// </summary>
internal sealed class FlipbookPipeline : IClipPipeline
{
    /// <summary>What model_index.json calls it.</summary>
    public const string ClassName = "FlipbookPipeline";

    private readonly List<OnnxSession> sessions = [];
    private readonly ModelManifest manifest;
    private readonly SamplerSettings settings;
    private readonly LatentGeometry geometry;
    private readonly TextEncoder textEncoder;
    private readonly NoiseCarrier? carrier;
    private readonly Denoiser denoiser;
    private readonly VaeEncoder vaeEncoder;
    private readonly VaeDecoder vaeDecoder;
    private readonly Scorer? scorer;
    private readonly Interpolator? interpolator;
    private readonly Upscaler? upscaler;

    public FlipbookPipeline(ModelPackage package, OnnxDevice device)
    {
        var folder = package.Files;
        manifest = package.Manifest;
        settings = SamplerFile.Read(folder);
        if (settings is not { Kind: SamplerKind.FlowEuler, IsStochastic: false })
        {
            throw new ModelException(
                $"{SamplerFile.Path}: expected FlowMatchEulerDiscreteScheduler without "
                + $"stochastic_sampling, found {settings.Kind}.");
        }

        geometry = LatentGeometry.Read(folder);
        geometry.Check(manifest);
        var tokenizer = PromptTokenizer.OpenPlain(folder, "tokenizer");

        OnnxSession Load(GraphSignature signature, bool isDenoiser = false)
        {
            sessions.Add(OnnxSession.Load(device, folder, signature, isDenoiser));
            return sessions[^1];
        }

        try
        {
            textEncoder = new(tokenizer, Load(TextEncoder.Signature(tokenizer.Length)));
            carrier = manifest.CarriesNoise
                ? new(Load(
                    NoiseCarrier.Signature(geometry, tokenizer.Length, textEncoder.Width)))
                : null;
            denoiser = new(Load(
                Denoiser.Signature(geometry, tokenizer.Length, textEncoder.Width),
                isDenoiser: true));
            vaeEncoder = new(geometry, Load(VaeEncoder.Signature(geometry)));
            vaeDecoder = new(geometry, Load(VaeDecoder.Signature(geometry)));
            scorer = manifest.Scorer
                ? new(Load(Scorer.Signature(tokenizer.Length, textEncoder.Width)))
                : null;
            interpolator =
                manifest.Interpolation > 1 ? new(Load(Interpolator.Signature)) : null;
            upscaler =
                manifest.Upscale > 1 ? new(Load(Upscaler.Signature), manifest.Upscale) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Wall time inside ONNX Runtime so far.</summary>
    public TimeSpan OnnxTime =>
        sessions.Aggregate(TimeSpan.Zero, (sum, session) => sum + session.Elapsed);

    /// <summary>1. Check inputs.</summary>
    /// <exception cref="ArgumentException">Everything that this model cannot do.</exception>
    public void Check(VideoRequest request)
    {
        List<string> faults = [.. RequestFaults.Of(request, manifest)];
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults) + ".", nameof(request));
        }
    }

    public int CallCountOf(VideoRequest request) => request.StepCount - FirstStepOf(request);

    /// <summary>Checks that a checkpoint is one of a checked request.</summary>
    /// <exception cref="CheckpointException">It is not, and why.</exception>
    public void Check(Checkpoint checkpoint, VideoRequest request) =>
        PointFit.Check(checkpoint, request, ShapeOf(request), CallCountOf(request));

    /// <summary>The most bytes that a checkpoint of a checked request can have.</summary>
    public long MostCheckpointBytes(VideoRequest request) =>
        PointFit.MostBytes(request, ShapeOf(request));

    /// <summary>Makes the takes of a checked request, and keeps the best.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="track">Where it stands.</param>
    /// <param name="token">Ends it within one run of a network.</param>
    /// <exception cref="ModelException">No take came to finite latents.</exception>
    public KeptTake Generate(VideoRequest request, ClipTrack track, CancellationToken token)
    {
        // 2. Define call parameters
        var span = FilmSpan.Of(request, manifest.FrameCounts);
        var shape = ShapeOf(request);

        // 3. Encode input prompt
        var embeddings = textEncoder.Encode(
            request.GuidanceScale > 1
                ? [request.NegativePrompt, request.Prompt]
                : [request.Prompt],
            token);
        var run = new DenoisingRun(
            carrier, denoiser, settings, request, embeddings, FirstStepOf(request), track);
        var tail = request.Tail is { } given ? TailStrip.Read(given.Frames) : null;
        var pinned = Given(request, tail, shape, token);
        var clean = request.Source.Count > 0
            ? vaeEncoder.Encode(DecodedClip.Of(request.Source), token)
            : null;
        var known = GivenFrames.Of(request, tail);
        track.Restore(latents => Decode(latents, known, shape, token));
        while (track.TakeIndex < request.TakeCount)
        {
            var seed = TakeSeed.Derive(request.Seed, track.TakeIndex);
            var latents = ClipTrack.PassCountOf(request) == 2
                ? MakeSeam(run, track, pinned, seed, shape, token)
                : run.Denoise(seed, pinned, clean, token);
            if (latents is null)
            {
                track.FinishTake(new TakeVerdict(TakeFault.NotFinite, null), null, run.Fault);
                continue;
            }

            var take = Decode(latents, known, shape, token);
            track.FinishTake(Judge(take.Clip, span, embeddings, token), take);
        }

        return track.Choice.Keep(span) ?? throw new ModelException(track.FirstFault);
    }

    /// <summary>What another clip can go on from; null where this model extends none.</summary>
    public ClipTail? TailOf(KeptTake take) =>
        manifest.ExtendsClips && TailStrip.Cut(take.Clip, take.Span.TailEnd) is { } strip
            ? new ClipTail(strip, take.Span.FramesPastTail)
            : null;

    /// <summary>The frames of the film, a few at a time.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Frames(
        KeptTake take, VideoRequest request, CancellationToken token) =>
        FilmStream.Frames(
            take.Clip,
            take.Span,
            request.Interpolation > 1 ? interpolator : null,
            request.Upscale > 1 ? upscaler : null,
            token);

    public void Dispose() => sessions.ForEach(session => session.Dispose());

    private GivenLatents Given(
        VideoRequest request, DecodedClip? tail, LatentShape shape, CancellationToken token)
    {
        var given = new GivenLatents(shape);
        if (tail is not null)
        {
            given.Pin(0, vaeEncoder.Encode(tail, token));
        }

        if (request.StartImage is { } start)
        {
            given.Pin(0, vaeEncoder.Encode(start, token));
        }

        if ((request.Loop ? request.StartImage : request.EndImage) is { } end)
        {
            given.Pin(shape.FrameCount - 1, vaeEncoder.Encode(end, token));
        }

        return given;
    }

    /// <summary>A clip from and to a frame that is made first, of its words and chance.</summary>
    private static float[]? MakeSeam(
        DenoisingRun run,
        ClipTrack track,
        GivenLatents pinned,
        long seed,
        LatentShape shape,
        CancellationToken token)
    {
        if (track.Seam.Length == 0)
        {
            var nothing = new GivenLatents(shape with { FrameCount = 1 });
            if (run.Denoise(seed, nothing, clean: null, token) is not { } seam)
            {
                return null;
            }

            track.FinishSeam(seam);
        }

        pinned.Pin(0, track.Seam);
        pinned.Pin(shape.FrameCount - 1, track.Seam);
        return run.Denoise(seed, pinned, clean: null, token);
    }

    private MadeTake Decode(
        float[] latents, GivenFrames known, LatentShape shape, CancellationToken token)
    {
        var clip = vaeDecoder.Decode(latents, shape, token);
        known.LayOver(clip);
        return new MadeTake(clip, latents);
    }

    private int FirstStepOf(VideoRequest request) =>
        FirstStep.Of(request, manifest, isRemade: request.Source.Count > 0);

    private LatentShape ShapeOf(VideoRequest request) => geometry.ShapeOf(
        request.ModelWidth,
        request.ModelHeight,
        FilmSpan.Of(request, manifest.FrameCounts).ModelFrameCount);

    private TakeVerdict Judge(
        DecodedClip clip, FilmSpan span, TextEmbeddings embeddings, CancellationToken token)
    {
        var fault = TakeCheck.FaultOf(clip, span);
        return new TakeVerdict(
            fault,
            fault == TakeFault.NotFinite ? null : scorer?.Score(clip, span, embeddings, token));
    }
}
