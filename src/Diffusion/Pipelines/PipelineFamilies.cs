using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using RenderFarm.Diffusion.Pipelines.Ltx;
using RenderFarm.Diffusion.Pipelines.StableDiffusion;
using RenderFarm.Diffusion.Pipelines.StableVideo;
using RenderFarm.Diffusion.Pipelines.Wan;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>The families of models that can be rendered with.</summary>
internal static class PipelineFamilies
{
    private const string IndexPath = "model_index.json";
    private const string Key = "_class_name";

    private static readonly IPipelineFamily[] All =
    [
        new FlipbookFamily(), new StableDiffusionFamily(), new StableVideoFamily(), new WanFamily(),
        new LtxFamily(),
    ];

    // Exporters put their own name before the pipeline's.
    private static readonly string[] Prefixes = ["ORT", "Onnx"];

    /// <exception cref="ModelException">No family has pipelines of this name.</exception>
    public static IPipelineFamily Of(PackageFolder files)
    {
        var name = ClassNameOf(files);
        var known = All.SelectMany(family => family.ClassNames).Order(StringComparer.Ordinal);
        return Array.Find(All, family => family.ClassNames.Contains(name))
            ?? throw new ModelException(
                $"{IndexPath}: {Key}: expected one of {string.Join(", ", known)}; "
                + $"found \"{name}\".");
    }

    public static string ClassNameOf(PackageFolder files)
    {
        using var index = new ConfigFile(files, IndexPath);
        var name = index.Text(Key);
        var prefix = Array.Find(
            Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return name[(prefix?.Length ?? 0)..];
    }
}
