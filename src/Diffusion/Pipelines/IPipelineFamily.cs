using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>
/// A family of models: everything that this project knows of it. A new family is one folder beside
/// this file, one line in <see cref="PipelineFamilies"/>, and one page in docs/models.
/// </summary>
internal interface IPipelineFamily
{
    /// <summary>What model_index.json calls its pipelines.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>The manifest of a package without one; its name and memory are filled in.</summary>
    /// <exception cref="ModelException">Its configuration does not say enough.</exception>
    ModelManifest Describe(PackageFolder files);

    /// <summary>
    /// What a package can do, as its files show, beside what its manifest says. It is no part of
    /// the manifest, and so of the model's digest: what a family learns changes no old clip's key.
    /// </summary>
    IEnumerable<string> MoreTasks(PackageFolder files);

    /// <summary>What has to be held for one clip.</summary>
    DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount);

    /// <summary>Loads a package's networks, and checks that they are the ones it needs.</summary>
    /// <exception cref="ModelException">The package does not fit.</exception>
    IClipPipeline Load(ModelPackage package, OnnxDevice device);
}
