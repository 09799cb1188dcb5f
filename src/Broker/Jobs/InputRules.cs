using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>What images and sounds may be, wherever they come from.</summary>
internal sealed class InputRules(JobReaderOptions limits, FaultList faults)
{
    // Beyond this an image is a strip; fitted into a frame nothing of it would be seen.
    private const int MaxRatio = 8;

    /// <summary>The image's media type, or null after a fault.</summary>
    public string? CheckImage(ReadOnlySpan<byte> bytes, string place)
    {
        if (ImageHeader.Read(bytes) is not { } image)
        {
            faults.Error("bad-image", place, "Expected a PNG, JPEG or WebP image.");
            return null;
        }

        var (longer, shorter) = (
            Math.Max(image.Width, image.Height), Math.Min(image.Width, image.Height));
        if ((long)image.Width * image.Height > limits.MaxImagePixels)
        {
            faults.Error(
                "image-too-large",
                place,
                $"An image has at most {limits.MaxImagePixels} pixels; "
                    + $"this one is {image.Width}x{image.Height}.");
            return null;
        }

        if (longer > (long)shorter * MaxRatio)
        {
            faults.Error(
                "image-too-narrow",
                place,
                $"An image is at most {MaxRatio} times as long as wide; "
                    + $"this one is {image.Width}x{image.Height}.");
            return null;
        }

        return image.ContentType;
    }

    /// <summary>The sound's media type, or null after a fault.</summary>
    public string? CheckSound(ReadOnlySpan<byte> bytes, string place)
    {
        var type = SoundHeader.ContentTypeOf(bytes);
        if (type is null)
        {
            faults.Error("bad-sound", place, "Expected WAV, MP3, FLAC, Ogg or M4A sound.");
        }

        return type;
    }

    /// <summary>False, after a fault, when an input is empty or has too many bytes.</summary>
    public bool CheckByteCount(long byteCount, bool isSound, string place)
    {
        var most = isSound ? limits.MaxSoundBytes : limits.MaxImageBytes;
        if (byteCount > 0 && byteCount <= most)
        {
            return true;
        }

        var what = isSound ? "A soundtrack" : "An image";
        faults.Error(
            "input-too-large",
            place,
            byteCount == 0
                ? $"{what} cannot be empty."
                : $"{what} has at most {most} bytes; this one has {byteCount}.");
        return false;
    }

    /// <summary>Every image and sound of a film and where it is named.</summary>
    public static IEnumerable<(string Name, bool IsSound, string Place)> Inputs(
        Storyboard storyboard)
    {
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var shot = storyboard.Shots[index];
            if (shot.StartKeyframe?.Image is { } start)
            {
                yield return (start, false, $"$.shots[{index}].startKeyframe.image");
            }

            if (shot.EndKeyframe?.Image is { } end)
            {
                yield return (end, false, $"$.shots[{index}].endKeyframe.image");
            }
        }

        if (storyboard.Soundtrack is { } sound)
        {
            yield return (sound, true, "$.soundtrack");
        }
    }
}
