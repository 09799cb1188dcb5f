namespace RenderFarm.Diffusion.Pipelines;

/// <summary>Where the steps of a clip or picture that is made anew begin.</summary>
internal static class FirstStep
{
    /// <summary>
    /// The step, from 0, at which as much noise is left as strength asks for, which diffusers works
    /// out in get_timesteps; the last one at the latest. 0 for what is made of noise alone.
    /// </summary>
    public static int Of(VideoRequest request, ModelManifest manifest, bool isRemade)
    {
        var strength = isRemade ? request.Strength ?? manifest.Strength : 1;
        return request.StepCount - Math.Max(1, (int)(request.StepCount * strength));
    }
}
