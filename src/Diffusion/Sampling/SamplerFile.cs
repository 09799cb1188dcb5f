using System.Text.Json;
using System.Text.RegularExpressions;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Reads scheduler_config.json as diffusers' from_config does: for a class that may be another
/// than the one that wrote it, with that class's defaults, ignoring keys that it does not know.
/// </summary>
internal static partial class SamplerFile
{
    public const string Path = "scheduler/scheduler_config.json";

    private const int MostTrainSteps = 100_000;
    private const int MostOrder = 3;

    private static readonly Dictionary<string, SamplerKind> Kinds = new(StringComparer.Ordinal)
    {
        ["FlowMatchEulerDiscreteScheduler"] = SamplerKind.FlowEuler,
        ["FlowMatchHeunDiscreteScheduler"] = SamplerKind.FlowHeun,
        ["EulerDiscreteScheduler"] = SamplerKind.Euler,
        ["EulerAncestralDiscreteScheduler"] = SamplerKind.EulerAncestral,
        ["HeunDiscreteScheduler"] = SamplerKind.Heun,
        ["DDIMScheduler"] = SamplerKind.Ddim,
        ["CogVideoXDDIMScheduler"] = SamplerKind.CogVideoXDdim,
        ["DDPMScheduler"] = SamplerKind.Ddpm,
        ["PNDMScheduler"] = SamplerKind.Pndm,
        ["LCMScheduler"] = SamplerKind.Lcm,
        ["TCDScheduler"] = SamplerKind.Tcd,
        ["DPMSolverMultistepScheduler"] = SamplerKind.DpmMultistep,
        ["DPMSolverSinglestepScheduler"] = SamplerKind.DpmSinglestep,
        ["DEISMultistepScheduler"] = SamplerKind.Deis,
        ["UniPCMultistepScheduler"] = SamplerKind.UniPc,
    };

    /// <summary>diffusers' names of the classes that are known.</summary>
    public static IReadOnlyCollection<string> ClassNames => Kinds.Keys;

    /// <summary>The settings of a package.</summary>
    /// <param name="folder">The package.</param>
    /// <param name="className">Another class of diffusers than the file's own, or null.</param>
    /// <exception cref="ModelException">What is wrong with the file, all of it.</exception>
    public static SamplerSettings Read(PackageFolder folder, string? className = null)
    {
        try
        {
            // Python writes infinity and no number without quotes; here they mean the default.
            var json = OutsideJson().Replace(
                folder.ReadText(Path),
                match => match.Value[0] == '"' ? match.Value : "null");
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, Path, className);
        }
        catch (JsonException fault)
        {
            throw new ModelException($"{Path}: {fault.Message}");
        }
    }

    public static SamplerSettings Read(JsonElement root, string path, string? className)
    {
        var reader = new SettingsReader(root, path);
        var name = className ?? reader.Text("_class_name", "");
        if (!Kinds.TryGetValue(name, out var kind))
        {
            throw new ModelException(
                $"{path}: _class_name: expected {string.Join(" or ", ClassNames)}, "
                + $"found '{name}'.");
        }

        var settings = kind is SamplerKind.FlowEuler or SamplerKind.FlowHeun
            ? FlowSettings.Read(reader, kind)
            : TrainedSettings.Read(reader, kind);
        reader.ThrowIfFaulty();
        return settings;
    }

    internal static int TrainSteps(SettingsReader reader) =>
        reader.Count("num_train_timesteps", 1000, 1, MostTrainSteps);

    internal static int Order(SettingsReader reader) =>
        reader.Count("solver_order", 2, 1, MostOrder);

    /// <summary>At most one of the flags that space sigmas.</summary>
    internal static SigmaSpacing Spacing(
        SettingsReader reader, params (string Key, SigmaSpacing Spacing)[] flags)
    {
        (string Key, SigmaSpacing Spacing)[] set = [.. flags.Where(flag => reader.Flag(flag.Key))];
        foreach (var (key, _) in set.Skip(1))
        {
            reader.Refuse(key, $"false beside {set[0].Key}");
        }

        return set.Length == 0 ? SigmaSpacing.Timesteps : set[0].Spacing;
    }

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|-?\bInfinity\b|\bNaN\b
        """)]
    private static partial Regex OutsideJson();
}
