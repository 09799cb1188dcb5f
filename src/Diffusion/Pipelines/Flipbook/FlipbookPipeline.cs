using RenderFarm.Diffusion.Companions;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Text;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// Text, and images for the first and last frame, to a clip: a rectified-flow transformer over
/// the latents of a causal VAE, and, where the package has them, a scorer that chooses among
/// takes, an interpolator and an upscaler.
/// </summary>
internal sealed class FlipbookPipeline : IDisposable
{
    /// <summary>What model_index.json calls it.</summary>
    public const string ClassName = "FlipbookPipeline";

    private readonly List<OnnxSession> sessions = [];
    private readonly ModelManifest manifest;
    private readonly FlowMatchSettings settings;
    private readonly LatentGeometry geometry;
    private readonly TextEncoder textEncoder;
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
        using var schedule = new ConfigFile(folder, "scheduler/scheduler_config.json");
        settings = FlowMatchSettings.Read(schedule);
        geometry = LatentGeometry.Read(folder);
        geometry.Check(manifest);
        var tokenizer = TokenizerFile.Read(folder);

        OnnxSession Load(GraphSignature signature)
        {
            sessions.Add(OnnxSession.Load(device, folder, signature));
            return sessions[^1];
        }

        try
        {
            textEncoder = new(tokenizer, Load(TextEncoder.Signature(tokenizer.Length)));
            denoiser = new(Load(
                Denoiser.Signature(geometry, tokenizer.Length, textEncoder.Width)));
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

    /// <summary>Makes the takes of a checked request, and keeps the best.</summary>
    /// <exception cref="ModelException">No take came to finite latents.</exception>
    public KeptTake Generate(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        CancellationToken token)
    {
        // 2. Define call parameters
        var span = FilmSpan.Of(request, manifest.FrameCounts);
        var shape = geometry.ShapeOf(
            request.ModelWidth, request.ModelHeight, span.ModelFrameCount);
        var makesSeam = request.Loop && request.StartImage is null;
        var steps = new TakeSteps(
            progress, request.TakeCount, request.StepCount * (makesSeam ? 2 : 1));

        // 3. Encode input prompt
        var embeddings = textEncoder.Encode(
            request.GuidanceScale > 1
                ? [request.NegativePrompt, request.Prompt]
                : [request.Prompt],
            token);
        var run = new DenoisingRun(denoiser, settings, request, embeddings, steps);
        var tail = request.Tail is { } given ? TailStrip.Read(given.Frames) : null;
        var pinned = Given(request, tail, shape, token);
        var choice = new TakeChoice();
        var firstFault = "";
        for (var take = 0; take < request.TakeCount; take++)
        {
            var seed = TakeSeed.Derive(request.Seed, take);
            var latents = makesSeam
                ? MakeSeam(run, pinned, seed, shape, token)
                : run.Denoise(seed, pinned, token);
            steps.Finish(take);
            if (latents is null)
            {
                firstFault = firstFault.Length == 0 ? run.Fault : firstFault;
                choice.Add(new TakeVerdict(TakeFault.NotFinite, null), clip: null);
                continue;
            }

            var clip = vaeDecoder.Decode(latents, shape, token);
            if (tail is not null)
            {
                // What was seen already goes before what is new exactly as it was seen.
                clip.Begin(tail);
            }

            choice.Add(Judge(clip, span, embeddings, token), clip);
        }

        return choice.Keep(span) ?? throw new ModelException(firstFault);
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
        GivenLatents pinned,
        long seed,
        LatentShape shape,
        CancellationToken token)
    {
        var nothing = new GivenLatents(shape with { FrameCount = 1 });
        if (run.Denoise(seed, nothing, token) is not { } seam)
        {
            return null;
        }

        pinned.Pin(0, seam);
        pinned.Pin(shape.FrameCount - 1, seam);
        return run.Denoise(seed, pinned, token);
    }

    private TakeVerdict Judge(
        DecodedClip clip, FilmSpan span, TextEmbeddings embeddings, CancellationToken token)
    {
        var fault = TakeCheck.FaultOf(clip, span);
        return new TakeVerdict(
            fault,
            fault == TakeFault.NotFinite ? null : scorer?.Score(clip, span, embeddings, token));
    }
}
