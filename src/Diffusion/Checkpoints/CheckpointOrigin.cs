using System.Security.Cryptography;

namespace RenderFarm.Diffusion.Checkpoints;

/// <summary>What a checkpoint belongs to: in any other place its latents mean nothing.</summary>
/// <param name="ModelDigest">The model by content.</param>
/// <param name="NumericsProfile">What decides the last bits.</param>
/// <param name="RequestKey">SHA-256, in hexadecimal, over everything that was asked for.</param>
internal sealed record CheckpointOrigin(
    string ModelDigest, string NumericsProfile, string RequestKey)
{
    public static CheckpointOrigin Of(
        string modelDigest, string numericsProfile, VideoRequest request) =>
        new(modelDigest, numericsProfile, KeyOf(request));

    /// <exception cref="CheckpointException">It is of another clip.</exception>
    public void Expect(CheckpointOrigin found)
    {
        Expect("the model", ModelDigest, found.ModelDigest);
        Expect("the numerics profile", NumericsProfile, found.NumericsProfile);
        Expect("the request", RequestKey, found.RequestKey);
    }

    private static void Expect(string what, string expected, string found)
    {
        if (found != expected)
        {
            throw new CheckpointException($"expected {what} {expected}, found {found}");
        }
    }

    private static string KeyOf(VideoRequest request)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(request.Prompt);
        writer.Write(request.NegativePrompt);
        writer.Write(request.Seed);
        writer.Write(request.Width);
        writer.Write(request.Height);
        writer.Write(request.FrameCount);
        writer.Write(request.Upscale);
        writer.Write(request.Interpolation);
        writer.Write(request.StepCount);
        writer.Write(request.GuidanceScale);
        writer.Write(request.Sampler);
        writer.Write(request.TakeCount);
        writer.Write(request.Loop);
        Write(writer, request.StartImage);
        Write(writer, request.EndImage);
        Write(writer, request.Tail?.Frames);
        writer.Write(request.Tail?.FramesPast ?? 0);

        // Written only where they are given, so that the keys of other requests stay.
        foreach (var frame in request.Source)
        {
            Write(writer, frame);
        }

        if (request.Strength is { } strength)
        {
            writer.Write(nameof(request.Strength));
            writer.Write(strength);
        }

        if (request.Mask is { } mask)
        {
            writer.Write(nameof(request.Mask));
            Write(writer, mask);
        }

        if (request.ReuseThreshold > 0)
        {
            writer.Write(nameof(request.ReuseThreshold));
            writer.Write(request.ReuseThreshold);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }

    private static void Write(BinaryWriter writer, RgbImage? image)
    {
        writer.Write(image?.Width ?? 0);
        writer.Write(image?.Height ?? 0);
        writer.Write(SHA256.HashData(image?.Pixels ?? []));
    }
}
