using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;

namespace RenderFarm.Worker.Rendering;

/// <summary>Fetches the clips that shots make anew.</summary>
internal sealed class SourceVideos(StoredInputs inputs, TimeProvider time)
{
    private const string What = "a video";

    private readonly VideoReader reader = new(time);

    /// <summary>Reads a clip as the model would have rendered it.</summary>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="size">The size that the model renders.</param>
    /// <param name="rate">The rate that the model renders at.</param>
    /// <param name="frameCount">How many frames it renders.</param>
    /// <param name="folder">Where the file may lie meanwhile.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BadInputException">It is missing, changed, or no video.</exception>
    public async Task<IReadOnlyList<RgbImage>> FetchAsync(
        string tenantId,
        ClipSource source,
        FrameSize size,
        FrameRate rate,
        int frameCount,
        string folder,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        if (source.VideoSha256 is { } sha256)
        {
            await inputs.GetInputAsync(tenantId, sha256, path, What, cancellationToken);
        }
        else
        {
            var key = source.ClipOf
                ?? throw new BadInputException("expected a video or a shot to remake, found none");
            var clip = await inputs.FindClipAsync(tenantId, key, cancellationToken);
            await inputs.GetAsync(clip.ObjectKey, path, What, cancellationToken);
            await StoredInputs.CheckAsync(path, clip.Sha256, What, cancellationToken);
        }

        try
        {
            var frames =
                await reader.ReadRgbAsync(path, size, rate, frameCount, cancellationToken);
            return [.. frames.Select(pixels => new RgbImage(size.Width, size.Height, pixels))];
        }
        catch (InvalidDataException fault)
        {
            throw new BadInputException(fault.Message, fault);
        }
        finally
        {
            // A video can be large, and the clip that is made of it needs the room.
            File.Delete(path);
        }
    }
}
