using System.Numerics;
using System.Text.Json;

namespace RenderFarm.Diffusion.Model;

/// <summary>Reads manifest.json, and refuses one that contradicts itself.</summary>
internal static class ManifestFile
{
    public const string FileName = "manifest.json";

    // Not generated at build time: generated code forgets what a missing line stands for.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
    };

    public static ModelManifest Read(PackageFolder folder)
    {
        var json = folder.ReadText(FileName);
        ModelManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<ModelManifest>(json, Json)
                ?? throw new ModelException($"{FileName}: expected an object, found null.");
        }
        catch (JsonException fault)
        {
            throw new ModelException($"{FileName}: {fault.Message}");
        }

        Check(manifest);
        return manifest;
    }

    public static string Write(ModelManifest manifest) =>
        JsonSerializer.Serialize(manifest, Json) + "\n";

    /// <exception cref="ModelException">Everything in which it contradicts itself.</exception>
    public static void Check(ModelManifest manifest)
    {
        List<string> faults = [.. Faults(manifest)];
        if (faults.Count > 0)
        {
            throw new ModelException($"{FileName}: {string.Join("; ", faults)}.");
        }
    }

    private static IEnumerable<string> Faults(ModelManifest manifest)
    {
        if (manifest.Name.Length is 0 or > 64 || !manifest.Name.All(IsNameLetter))
        {
            yield return $"name: expected 1 to 64 of a-z, 0-9, '-', found '{manifest.Name}'";
        }

        if (manifest.SizeMultiple < 1)
        {
            yield return $"sizeMultiple: expected at least 1, found {manifest.SizeMultiple}";
        }

        var outside = manifest.Sizes.Where(size =>
            size.Width < manifest.MinSize || size.Width > manifest.MaxWidth
            || size.Height < manifest.MinSize || size.Height > manifest.MaxHeight);
        foreach (var size in outside)
        {
            yield return $"sizes: {size.Width}x{size.Height} is outside {manifest.MinSize} to "
                + $"{manifest.MaxWidth}x{manifest.MaxHeight}";
        }

        var counts = manifest.FrameCounts;
        if (counts.Multiple < 1 || counts.Offset < 0)
        {
            yield return "frameCounts: expected a multiple of at least 1, and no negative offset";
        }

        foreach (var fault in new[]
        {
            RangeFault("minSize", 1, manifest.MinSize, manifest.MaxWidth),
            RangeFault("minSize", 1, manifest.MinSize, manifest.MaxHeight),
            RangeFault(
                "defaultFrameCount", counts.Minimum, manifest.DefaultFrameCount, counts.Maximum),
            RangeFault("frameCounts", 1, counts.Minimum, counts.Maximum),
            RangeFault(
                "steps", manifest.Steps.Minimum, manifest.Steps.Default, manifest.Steps.Maximum),
            RangeFault("steps", 1, manifest.Steps.Minimum, 1000),
            manifest.Steps.Draft == 0
                ? null
                : RangeFault(
                    "steps.draft",
                    manifest.Steps.Minimum,
                    manifest.Steps.Draft,
                    manifest.Steps.Maximum),
            RangeFault("upscale", 1, manifest.Upscale, 8),
            RangeFault("interpolation", 1, manifest.Interpolation, 2),
            RangeFault(
                "guidance",
                manifest.Guidance.Minimum,
                manifest.Guidance.Default,
                manifest.Guidance.Maximum),
            RangeFault("guidance.rescale", 0, manifest.Guidance.Rescale, 1),
            RangeFault("guidance.from", 0, manifest.Guidance.From, manifest.Guidance.Until),
            RangeFault("guidance.until", manifest.Guidance.From, manifest.Guidance.Until, 1),
            RangeFault("strength", 0, manifest.Strength, 1),
            RangeFault("memoryBytes", 1, manifest.MemoryBytes, long.MaxValue),
        })
        {
            if (fault is not null)
            {
                yield return fault;
            }
        }
    }

    private static string? RangeFault<T>(string name, T least, T found, T most)
        where T : INumber<T> =>
        least <= found && found <= most
            ? null
            : $"{name}: expected {least} to {most}, found {found}";

    private static bool IsNameLetter(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-';
}
