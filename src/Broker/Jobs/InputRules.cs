using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>What images, sounds and videos may be, wherever they come from.</summary>
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

    /// <summary>The video's media type, or null after a fault.</summary>
    public string? CheckVideo(ReadOnlySpan<byte> bytes, string place)
    {
        var type = VideoHeader.ContentTypeOf(bytes);
        if (type is null)
        {
            faults.Error("bad-video", place, "Expected an MP4, MOV, WebM or Matroska video.");
        }

        return type;
    }

    /// <summary>The input's media type, or null after a fault.</summary>
    /// <param name="kind">What it should be.</param>
    /// <param name="bytes">All of an image; of the others, the beginning is enough.</param>
    /// <param name="place">Where it is named.</param>
    public string? Check(InputKind kind, ReadOnlySpan<byte> bytes, string place) => kind switch
    {
        InputKind.Image => CheckImage(bytes, place),
        InputKind.Sound => CheckSound(bytes, place),
        _ => CheckVideo(bytes, place),
    };

    /// <summary>False, after a fault, when an input is empty or has too many bytes.</summary>
    public bool CheckByteCount(long byteCount, InputKind kind, string place)
    {
        var (what, most) = kind switch
        {
            InputKind.Image => ("An image", limits.MaxImageBytes),
            InputKind.Sound => ("A soundtrack", limits.MaxSoundBytes),
            _ => ("A video", limits.MaxVideoBytes),
        };
        if (byteCount > 0 && byteCount <= most)
        {
            return true;
        }

        faults.Error(
            "input-too-large",
            place,
            byteCount == 0
                ? $"{what} cannot be empty."
                : $"{what} has at most {most} bytes; this one has {byteCount}.");
        return false;
    }

    /// <summary>Every image, sound and video of a film, and where it is named.</summary>
    public static IEnumerable<(string Name, InputKind Kind, string Place)> Inputs(
        Storyboard storyboard)
    {
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var shot = storyboard.Shots[index];
            if (shot.StartKeyframe?.Image is { } start)
            {
                yield return (start, InputKind.Image, $"$.shots[{index}].startKeyframe.image");
            }

            if (shot.Mask is { } mask)
            {
                yield return (mask, InputKind.Image, $"$.shots[{index}].mask");
            }

            if (shot.EndKeyframe?.Image is { } end)
            {
                yield return (end, InputKind.Image, $"$.shots[{index}].endKeyframe.image");
            }

            if (shot.Source?.Video is { } video)
            {
                yield return (video, InputKind.Video, $"$.shots[{index}].source.video");
            }
        }

        if (storyboard.Soundtrack is { } sound)
        {
            yield return (sound, InputKind.Sound, "$.soundtrack");
        }
    }
}
