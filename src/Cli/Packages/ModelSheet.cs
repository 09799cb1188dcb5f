using System.Globalization;
using RenderFarm.Diffusion;
using RenderFarm.Worker;

namespace RenderFarm.Cli.Packages;

/// <summary>What <c>models inspect</c> prints of a package.</summary>
internal static class ModelSheet
{
    public static void Write(
        TextWriter to, ModelPackage package, int? width, int? height, int? frameCount)
    {
        var manifest = ModelRegistrar.Describe(package);
        to.WriteLine($"{manifest.Name}  {manifest.Digest}");
        to.WriteLine($"  pipeline  {package.ClassName}"
            + (package.DerivedManifestText is null ? "" : "; manifest derived"));
        to.WriteLine($"  tasks     {string.Join(", ", manifest.Tasks)}");
        to.WriteLine($"  sizes     {string.Join(", ", manifest.Sizes)}; any multiple of "
            + $"{manifest.SizeMultiple} from {manifest.MinimumSide} to {manifest.MaximumSide}"
            + (manifest.Upscale > 1 ? $"; enlarged {manifest.Upscale} times" : ""));
        to.WriteLine($"  frames    {manifest.DefaultFrameCount} at {manifest.FrameRate} "
            + $"a second, at most {manifest.MaximumFrameCount}"
            + (manifest.Interpolation > 1 ? $"; {manifest.Interpolation} of each" : ""));
        to.WriteLine($"  steps     {manifest.DefaultStepCount}, at most "
            + $"{manifest.MaximumStepCount}"
            + (manifest.DraftStepCount > 0 ? $", {manifest.DraftStepCount} in a draft" : "")
            + $"; guidance {Text(manifest.DefaultGuidanceScale)}");
        to.WriteLine($"  samplers  {string.Join(", ", manifest.Samplers)}");
        to.WriteLine($"  takes     {(manifest.ScoresTakes ? "scored" : "not scored")}");
        WriteComponents(to, package);
        WriteMemory(
            to,
            package,
            width ?? manifest.Sizes[0].Width,
            height ?? manifest.Sizes[0].Height,
            frameCount ?? manifest.DefaultFrameCount);
    }

    private static void WriteComponents(TextWriter to, ModelPackage package)
    {
        foreach (var component in package.Components)
        {
            var attention = component.Attention switch
            {
                AttentionKind.None => "no attention",
                AttentionKind.Fused => "attention fused",
                AttentionKind.Unfused => "attention not fused",
                _ => "attention fused in part",
            };
            to.WriteLine();
            to.WriteLine($"  {component.Name}: {component.Precision}, "
                + $"{Size(component.WeightBytes)}, {attention}");
            foreach (var input in component.Inputs)
            {
                to.WriteLine($"    in   {input}");
            }

            foreach (var output in component.Outputs)
            {
                to.WriteLine($"    out  {output}");
            }
        }
    }

    private static void WriteMemory(
        TextWriter to, ModelPackage package, int width, int height, int frameCount)
    {
        var need = package.MemoryFor(width, height, frameCount);
        to.WriteLine();
        to.WriteLine($"  memory for {width}x{height}, frames: {frameCount}: about "
            + $"{Size(need.Total)}");
        to.WriteLine($"    weights {Size(need.Weights)}, denoiser {Size(need.Denoiser)}, "
            + $"attention scores {Size(need.Scores)}, decoder {Size(need.Decoder)}");
    }

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB")
        : bytes < 1_000_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
