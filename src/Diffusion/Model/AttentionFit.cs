using System.Globalization;
using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Model;

/// <summary>
/// Whether attention that keeps every score can fit at all: 33 thousand tokens, which is five
/// seconds of a small film, make a billion scores a head.
/// </summary>
internal static class AttentionFit
{
    /// <exception cref="ModelException">It cannot, not even for the model's own size.</exception>
    public static void Check(ModelPackage package, OnnxDevice device)
    {
        var manifest = package.Manifest;
        var size = manifest.Sizes[0];
        if (Fault(package, device, size.Width, size.Height, manifest.DefaultFrameCount) is { } why)
        {
            throw new ModelException($"{package.Name}: {why}.");
        }
    }

    /// <summary>Why a clip cannot be rendered, or null.</summary>
    public static string? Fault(
        ModelPackage package, OnnxDevice device, int width, int height, int frameCount)
    {
        var need = package.MemoryFor(width, height, frameCount);
        return device.MemoryBytes is not { } has || need.Scores <= has
            ? null
            : $"attention that is not fused keeps every score, {Gigabytes(need.Scores)} for "
                + $"{width}x{height} of {frameCount} frames, and {device.Name} has "
                + $"{Gigabytes(has)}; export the denoiser with Attention or MultiHeadAttention";
    }

    private static string Gigabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
