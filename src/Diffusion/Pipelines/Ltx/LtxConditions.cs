using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>
/// Pictures at either end of a clip, as 0.9.5 takes them: a start is the clip's first latent frame;
/// an end is a latent frame of its own, which leads the clip's and is told its place.
/// </summary>
/// <param name="Roughness">
/// How much noise the network sees over what is given, times the square of what is left of the
/// noise. diffusers: image_cond_noise_scale.
/// </param>
internal sealed record LtxConditions(double Roughness)
{
    public const string ClassName = "LTXConditionPipeline";

    private const double TrainStepCount = 1000;
    private const string RoughnessKey = "image_cond_noise_scale";

    /// <summary>Null where a package's pipeline has none.</summary>
    /// <exception cref="ModelException">A key is not what the pipeline works with.</exception>
    public static LtxConditions? Read(PackageFolder files)
    {
        if (PipelineFamilies.ClassNameOf(files) != ClassName)
        {
            return null;
        }

        using var index = new ConfigFile(files, "model_index.json");
        using var sampler = new ConfigFile(files, "scheduler/scheduler_config.json");
        const string Dynamic = "use_dynamic_shifting";
        var roughness = index.Number(RoughnessKey, 0.15);
        return sampler.IsSet(Dynamic)
            ? throw sampler.Fault(Dynamic, $"false, since {ClassName} has sigmas of its own")
            : roughness < 0
                ? throw index.Fault(RoughnessKey, "at least 0")
                : new LtxConditions(roughness);
    }

    /// <summary>An end leads the clip, unless there is but one frame, which it then is.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="shape">Latents of its clip, or all of them.</param>
    public static int LeadCountOf(VideoRequest request, LatentShape shape) =>
        request.EndImage is not null && shape.FrameCount > 1 ? 1 : 0;

    /// <summary>Gives a clip its pictures, drawing chance in diffusers' order.</summary>
    /// <param name="clip">Not yet given anything.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="shape">All latents, of which those that lead are lead.</param>
    /// <param name="lead">0, or 1 where the end leads the clip.</param>
    /// <param name="noise">Chance.</param>
    /// <param name="encode">A picture to what the VAE encoder finds possible, [C, 1, h, w].</param>
    public PreparedClip Give(
        PreparedClip clip,
        VideoRequest request,
        LatentShape shape,
        int lead,
        NoiseSource noise,
        Func<RgbImage, float[]> encode)
    {
        var start = request.StartImage ?? (lead == 0 ? request.EndImage : null);
        if (start is null && lead == 0)
        {
            return clip;
        }

        clip = clip with { Drawn = Draw(shape, lead, noise) };
        if (start is not null)
        {
            clip = clip.WithFrame(encode(start), lead, shape);
        }

        if (lead > 0)
        {
            clip = clip.WithFrame(encode(request.EndImage!), 0, shape);

            // A condition may be mixed with noise; of one that is wholly kept none is left.
            noise.Fill(new float[(shape with { FrameCount = 1 }).Length]);
        }

        return Roughness == 0 ? clip : clip with { Renew = Renewal(clip, shape, noise) };
    }

    /// <summary>The clip's own noise is drawn first, as if nothing led it.</summary>
    private static float[] Draw(LatentShape shape, int lead, NoiseSource noise)
    {
        var own = shape with { FrameCount = shape.FrameCount - lead };
        var (drawn, all) = (new float[own.Length], new float[shape.Length]);
        noise.Fill(drawn);
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            drawn.AsSpan(channel * own.ChannelLength, own.ChannelLength).CopyTo(all.AsSpan(
                (channel * shape.ChannelLength) + (lead * shape.FrameLength)));
        }

        return all;
    }

    /// <summary>Draws noise for every token, [S, C], and lays it over what is given.</summary>
    private Action<double> Renewal(PreparedClip clip, LatentShape shape, NoiseSource noise)
    {
        var (clean, drawn) = ((float[])clip.Given.Clone(), new float[shape.Length]);
        return timestep =>
        {
            noise.Fill(drawn);
            var sigma = timestep / TrainStepCount;
            var part = (float)(Roughness * sigma * sigma);
            for (var i = 0; i < clean.Length; i++)
            {
                var (channel, token) = Math.DivRem(i, shape.ChannelLength);
                if (clip.Pinned[token] > 0)
                {
                    clip.Given[i] =
                        clean[i] + (part * drawn[(token * shape.ChannelCount) + channel]);
                }
            }
        };
    }
}
