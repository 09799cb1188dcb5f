using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>From a request to a clip, as all families of diffusers' models do it.</summary>
internal sealed class LatentPipeline(FamilyModel model, PackageFolder files) : IClipPipeline
{
    private readonly Dictionary<string, SamplerSettings> samplers =
        model.Manifest.Samplers.ToDictionary(
            name => name, name => SamplerNames.Read(files, name), StringComparer.Ordinal);

    public TimeSpan OnnxTime => model.OnnxTime;

    public IReadOnlyList<string> MemoryRungs => model.Ladder.Rungs;

    public void Check(VideoRequest request)
    {
        List<string> faults =
        [
            .. RequestFaults.Of(request, model.Manifest),
            .. EndFaults.Of(request, model.Manifest.Tasks),
        ];
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults) + ".", nameof(request));
        }
    }

    public int CallCountOf(VideoRequest request)
    {
        var sampler = SamplerOf(request, ShapeOf(request), noise: null);
        return sampler.StepCount - sampler.StepIndex;
    }

    public void Check(Checkpoint checkpoint, VideoRequest request)
    {
        var shape = ShapeOf(request);
        PointFit.CheckSteps(checkpoint, request, shape, CallCountOf(request));
        if (checkpoint.Point.StepIndex > 0)
        {
            var noise = NoiseSource.Create(NoiseKind.TorchCpu, request.Seed);
            noise.Restore(checkpoint.Point.Noise);
            var sampler = SamplerOf(request, shape, noise);
            sampler.Restore(
                sampler.StepIndex + checkpoint.Point.StepIndex, checkpoint.Point.History);
        }
    }

    // Five tensors is more than any sampler remembers, beside those of every pipeline.
    public long MostCheckpointBytes(VideoRequest request) =>
        PointFit.MostBytes(request, ShapeOf(request))
        + (5L * sizeof(float) * ShapeOf(request).Length);

    public KeptTake Generate(VideoRequest request, ClipTrack track, CancellationToken token)
    {
        // 2. Define call parameters
        var span = FilmSpan.Of(request, model.Manifest.FrameCounts);
        var shape = ShapeOf(request);
        track.Restore(latents => new MadeTake(
            Decode(
                request, latents, NoiseSource.Create(NoiseKind.TorchCpu, request.Seed), token),
            latents));
        while (track.TakeIndex < request.TakeCount)
        {
            var seed = TakeSeed.Derive(request.Seed, track.TakeIndex);
            var noise = NoiseSource.Create(NoiseKind.TorchCpu, seed);

            // 3. Encode input prompt
            using var scope = new ClipScope();
            var clip = model.Prepare(request, shape, scope, noise, token);
            if (request.Source.Count > 0)
            {
                var clean = model.Encode(DecodedClip.Of(request.Source), shape, token);
                clip = clip with { Clean = clean };
            }

            if (Denoise(request, clip, shape, noise, track, token) is not { } latents)
            {
                continue;
            }

            var take = new MadeTake(Decode(request, latents, noise, token), latents);
            track.FinishTake(new TakeVerdict(TakeCheck.FaultOf(take.Clip, span), null), take);
        }

        return track.Choice.Keep(span) ?? throw new ModelException(track.FirstFault);
    }

    public ClipTail? TailOf(KeptTake take) => null;

    public IEnumerable<ReadOnlyMemory<byte>> Frames(
        KeptTake take, VideoRequest request, CancellationToken token) =>
        FilmStream.Frames(take.Clip, take.Span, interpolator: null, upscaler: null, token);

    public void Dispose() => model.Dispose();

    private float[]? Denoise(
        VideoRequest request,
        PreparedClip clip,
        LatentShape shape,
        NoiseSource noise,
        ClipTrack track,
        CancellationToken token)
    {
        // 4. Prepare timesteps
        var sampler = SamplerOf(request, shape, noise);

        // 5. Prepare latent variables
        var begin = sampler.StepIndex;
        var reuse = new StepReuse(request, shape.Length, sampler.StepCount - begin);
        var latents = track.Begin(
            Start(clip, sampler, noise, shape),
            point =>
            {
                sampler.Restore(begin + track.StepIndex, point.History);
                noise.Restore(point.Noise);
                reuse.Restore(point.Reuse);
            });
        track.Memory = () => new ClipPoint
        {
            History = sampler.Save(), Noise = noise.Save(), Reuse = reuse.Save(),
        };
        clip.Restore(latents);
        var input = new float[latents.Length];

        // 6. Denoising loop
        while (!sampler.IsDone)
        {
            token.ThrowIfCancellationRequested();
            var part = (double)sampler.StepIndex / sampler.StepCount;
            sampler.ScaleInput(latents, input);
            var kind = clip.Run.KindOf(sampler.Timestep, part);
            var isReused = reuse.TryGuess(track.StepIndex, kind, input, out var prediction);
            if (!isReused)
            {
                prediction = clip.Run.Predict(input, sampler.Timestep, part, token);
                reuse.Learn(kind, input, prediction);
            }

            sampler.Step(latents, prediction);
            clip.Pin(latents);
            clip.Keep(latents, sampler);
            clip.Give(latents, sampler);
            var bad = Finite.IndexOfNone(latents);
            if (bad >= 0)
            {
                track.FinishTake(
                    new TakeVerdict(TakeFault.NotFinite, null),
                    null,
                    $"Step {sampler.StepIndex}: expected finite latents, found {latents[bad]}.");
                return null;
            }

            track.FinishStep(isReused);
        }

        return latents;
    }

    private static float[] Start(
        PreparedClip clip, Sampler sampler, NoiseSource noise, LatentShape shape)
    {
        var latents = (float[]?)clip.Drawn?.Clone() ?? new float[shape.Length];
        if (clip.Drawn is null)
        {
            noise.Fill(latents);
        }

        if (clip.Clean is { } clean)
        {
            var drawn = latents;
            latents = (float[])clean.Clone();
            sampler.AddNoise(latents, drawn);
        }
        else
        {
            Blend.Scale(latents, sampler.StartScale, latents);
        }

        clip.Pin(latents);
        clip.Give(latents, sampler);
        return latents;
    }

    /// <summary>The sampler of a request, at its first call.</summary>
    private Sampler SamplerOf(VideoRequest request, LatentShape shape, NoiseSource? noise)
    {
        var settings = samplers[request.Sampler];
        var isRemade = request.Source.Count > 0
            || (model.RedrawsStart && request.StartImage is not null);
        var callsPerStep = settings.Kind is SamplerKind.Heun or SamplerKind.FlowHeun ? 2 : 1;
        return settings.Start(model.Adapt(
            new SamplerRun
            {
                StepCount = request.StepCount,
                Length = shape.Length,
                BeginIndex = FirstStep.Of(request, model.Manifest, isRemade) * callsPerStep,
                Noise = noise,
            },
            shape));
    }

    private DecodedClip Decode(
        VideoRequest request, float[] latents, NoiseSource noise, CancellationToken token)
    {
        var shape = ClipShapeOf(request);
        var lead = model.LeadCountOf(request, shape);
        return model.Decode(
            lead == 0 ? latents : WithoutLead(latents, shape, lead), shape, noise, token);
    }

    private static float[] WithoutLead(float[] latents, LatentShape shape, int leadCount)
    {
        var (clip, lead) = (new float[shape.Length], leadCount * shape.FrameLength);
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            latents.AsSpan((channel * (lead + shape.ChannelLength)) + lead, shape.ChannelLength)
                .CopyTo(clip.AsSpan(channel * shape.ChannelLength));
        }

        return clip;
    }

    /// <summary>All latents of a request: those that lead its clip, and the clip's.</summary>
    private LatentShape ShapeOf(VideoRequest request)
    {
        var shape = ClipShapeOf(request);
        return shape with { FrameCount = model.LeadCountOf(request, shape) + shape.FrameCount };
    }

    private LatentShape ClipShapeOf(VideoRequest request) => model.ShapeOf(
        request.ModelWidth,
        request.ModelHeight,
        FilmSpan.Of(request, model.Manifest.FrameCounts).ModelFrameCount);
}
