using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Text;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// Text, and images for the first and last frame, to a clip: a rectified-flow transformer over
/// the latents of a causal VAE.
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

    /// <summary>Generates a checked request's clip, [3, T, H, W], from -1 to 1.</summary>
    public float[] Generate(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        CancellationToken token)
    {
        // 2. Define call parameters
        var frameCount = manifest.FrameCounts.RoundUp(request.FrameCount);
        var shape = geometry.ShapeOf(request.Width, request.Height, frameCount);
        var isGuided = request.GuidanceScale > 1;

        // 3. Encode input prompt
        var embeddings = textEncoder.Encode(
            isGuided ? [request.NegativePrompt, request.Prompt] : [request.Prompt], token);

        // 4. Prepare timesteps
        var schedule = NoiseSchedule.Create(settings, request.StepCount, shape.ChannelLength);

        // 5. Prepare latent variables
        var latents = new float[shape.Length];
        GaussianNoise.Fill(request.Seed, latents);
        var given = Given(request, shape, token);

        // 6. Denoising loop
        using (var run = denoiser.Start(embeddings, given, request.GuidanceScale))
        {
            for (var step = 0; step < schedule.StepCount; step++)
            {
                var velocity = run.Predict(latents, schedule.Timestep(step), token);
                EulerSampler.Step(
                    latents, velocity, schedule.Sigmas[step], schedule.Sigmas[step + 1]);
                CheckFinite(latents, step);
                progress?.Report(new StepProgress(step + 1, schedule.StepCount));
            }
        }

        return vaeDecoder.Decode(latents, shape, token);
    }

    public void Dispose() => sessions.ForEach(session => session.Dispose());

    private GivenLatents Given(VideoRequest request, LatentShape shape, CancellationToken token)
    {
        var given = new GivenLatents(shape);
        if (request.StartImage is { } start)
        {
            given.Pin(0, vaeEncoder.Encode(start, token));
        }

        if (request.EndImage is { } end)
        {
            given.Pin(shape.FrameCount - 1, vaeEncoder.Encode(end, token));
        }

        return given;
    }

    private static void CheckFinite(ReadOnlySpan<float> latents, int step)
    {
        foreach (var value in latents)
        {
            if (!float.IsFinite(value))
            {
                throw new ModelException(
                    $"Step {step + 1}: expected finite latents, found {value}.");
            }
        }
    }
}
