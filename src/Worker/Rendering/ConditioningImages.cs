using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;

namespace RenderFarm.Worker.Rendering;

/// <summary>Fetches the images that a shot starts from or arrives at.</summary>
internal sealed class ConditioningImages(StoredInputs inputs, TimeProvider time)
{
    private const string What = "an image";

    private readonly ImageReader reader = new(time);

    /// <summary>
    /// Reads an image at the size that the model renders; null where the frame is left free.
    /// </summary>
    /// <exception cref="BadInputException">It is missing, changed, or no picture.</exception>
    public async Task<RgbImage?> FetchAsync(
        string tenantId,
        Conditioning? conditioning,
        FrameSize size,
        string folder,
        CancellationToken cancellationToken)
    {
        if (conditioning is null)
        {
            return null;
        }

        var path = Path.Combine(folder, Path.GetRandomFileName());
        if (conditioning.ImageSha256 is { } sha256)
        {
            await inputs.GetInputAsync(tenantId, sha256, path, What, cancellationToken);
        }
        else
        {
            var clip = await UpstreamAsync(tenantId, conditioning, cancellationToken);
            await inputs.GetAsync(clip.LastFrameKey, path, What, cancellationToken);
        }

        var pixels = await ReadAsync(path, size, cancellationToken);
        return new RgbImage(size.Width, size.Height, pixels);
    }

    /// <summary>
    /// Reads the tail of the clip that a shot continues; null where that clip has none, or one of
    /// another frame size, which another model made.
    /// </summary>
    /// <exception cref="BadInputException">The clip or its tail is missing or damaged.</exception>
    public async Task<ClipTail?> FetchTailAsync(
        string tenantId,
        Conditioning conditioning,
        FrameSize size,
        string folder,
        CancellationToken cancellationToken)
    {
        var clip = await UpstreamAsync(tenantId, conditioning, cancellationToken);
        if (clip.TailKey is null)
        {
            return null;
        }

        var path = Path.Combine(folder, Path.GetRandomFileName());
        await inputs.GetAsync(clip.TailKey, path, What, cancellationToken);
        var strip = new FrameSize(ClipTail.FrameCount * size.Width, size.Height);
        if (await SizeAsync(path, cancellationToken) != strip)
        {
            return null;
        }

        var pixels = await ReadAsync(path, strip, cancellationToken);
        return new ClipTail(
            new RgbImage(strip.Width, strip.Height, pixels), clip.FramesPastTail);
    }

    private Task<Clip> UpstreamAsync(
        string tenantId, Conditioning conditioning, CancellationToken cancellationToken) =>
        inputs.FindClipAsync(
            tenantId,
            conditioning.LastFrameOf ?? throw new BadInputException(
                "expected an image or a shot to continue, found none"),
            cancellationToken);

    private async Task<byte[]> ReadAsync(
        string path, FrameSize size, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadRgbAsync(path, size, cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new BadInputException(fault.Message, fault);
        }
    }

    private static async Task<FrameSize> SizeAsync(
        string path, CancellationToken cancellationToken)
    {
        try
        {
            return ImageReader.SizeOfPng(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (InvalidDataException fault)
        {
            throw new BadInputException(fault.Message, fault);
        }
    }
}
