using System.Text.Json;
using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Lora;

/// <summary>A LoRA of a package, as lora.json names it.</summary>
/// <param name="File">A safetensors file of the package.</param>
/// <param name="Strength">What its change is multiplied by.</param>
/// <param name="Denoiser">The network that keys without a network's name are of.</param>
internal sealed record LoraEntry(string File, double Strength, string Denoiser)
{
    public const string IndexPath = "lora.json";

    /// <summary>In their order; none where the package has no lora.json.</summary>
    /// <exception cref="ModelException">The file is malformed.</exception>
    public static IReadOnlyList<LoraEntry> ReadAll(PackageFolder files)
    {
        if (!files.Contains(IndexPath))
        {
            return [];
        }

        using var document = files.ReadJson(IndexPath);
        try
        {
            return [.. document.RootElement.EnumerateArray().Select(entry => Read(entry, files))];
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new ModelException(
                $"{IndexPath}: expected a list of {{ file, strength, component }}: "
                + fault.Message);
        }
    }

    private static LoraEntry Read(JsonElement entry, PackageFolder files)
    {
        var strength = entry.TryGetProperty("strength", out var number) ? number.GetDouble() : 1;
        return double.IsFinite(strength)
            ? new LoraEntry(
                Text(entry.GetProperty("file")),
                strength,
                entry.TryGetProperty("component", out var component) ? Text(component)
                    : files.Contains("unet/model.onnx") ? "unet"
                    : "transformer")
            : throw new FormatException($"{number.GetRawText()} is too large.");
    }

    private static string Text(JsonElement element) =>
        element.GetString() ?? throw new FormatException("null is no text.");
}
