using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>What requests and manifests call samplers, and diffusers' classes of them.</summary>
internal static class SamplerNames
{
    private static readonly Dictionary<string, (string Noise, string? Flow)> Classes =
        new(StringComparer.Ordinal)
        {
            ["euler"] = ("EulerDiscreteScheduler", "FlowMatchEulerDiscreteScheduler"),
            ["euler-ancestral"] = ("EulerAncestralDiscreteScheduler", null),
            ["heun"] = ("HeunDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"),
            ["ddim"] = ("DDIMScheduler", null),
            ["ddpm"] = ("DDPMScheduler", null),
            ["pndm"] = ("PNDMScheduler", null),
            ["lcm"] = ("LCMScheduler", null),
            ["tcd"] = ("TCDScheduler", null),
            ["dpm++"] = ("DPMSolverMultistepScheduler", "DPMSolverMultistepScheduler"),
            ["dpm++-single"] = ("DPMSolverSinglestepScheduler", null),
            ["deis"] = ("DEISMultistepScheduler", null),
            ["unipc"] = ("UniPCMultistepScheduler", "UniPCMultistepScheduler"),
        };

    /// <summary>The samplers that read a package's file with its meaning; its own first.</summary>
    public static IReadOnlyList<string> For(PackageFolder files)
    {
        using var config = new ConfigFile(files, SamplerFile.Path);
        var own = config.Text("_class_name");
        var name = Classes
            .FirstOrDefault(pair => pair.Value.Noise == own || pair.Value.Flow == own).Key
            ?? throw config.Fault("_class_name", string.Join(" or ", SamplerFile.ClassNames));

        // What was trained with one noise is told the same by every rule that walks it; flows are
        // shifted by each class in a way of its own, and only its own class tells what a network
        // of continuous timesteps was trained to be told.
        var settings = SamplerFile.Read(files);
        return settings.IsFlow || settings.IsContinuous
            ? [name]
            : [.. new[] { name, "euler", "euler-ancestral", "ddim", "dpm++", "unipc" }.Distinct()];
    }

    /// <summary>A package's settings for a sampler.</summary>
    /// <exception cref="ModelException">There is no such sampler.</exception>
    public static SamplerSettings Read(PackageFolder files, string name)
    {
        using var config = new ConfigFile(files, SamplerFile.Path);
        var own = config.Text("_class_name");
        if (!Classes.TryGetValue(name, out var classes))
        {
            throw new ModelException(
                $"manifest.json: samplers: expected {string.Join(", ", Classes.Keys)}; "
                + $"found '{name}'.");
        }

        var isOwn = classes.Noise == own || classes.Flow == own;
        return SamplerFile.Read(files, isOwn ? null : classes.Noise);
    }
}
