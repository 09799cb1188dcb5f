namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>
/// Which of the model's frames a clip of the film shows: the one place of this arithmetic.
/// </summary>
/// <remarks>
/// A position counts frames of the film from the model's first frame: the model's frame m stands
/// at m * Interpolation, and what lies between two of them is the interpolator's.
/// <para>A clip shows the positions from 0 on, one after the other; what the model must render
/// beyond them, because its lengths lie on a grid, is cut.</para>
/// <para>A clip that goes on from a tail has the tail's five frames as the model's first. The clip
/// before ended FramesPast positions after the last of them, so this one begins at the position
/// after that, the frame that follows the film's last.</para>
/// <para>A clip whose end is given, by an image or because it loops, must reach that frame, which
/// is always the model's last. Here nothing is cut; the frames of the film are spread evenly over
/// the length of the grid that is nearest, so that one now and then is left out or stands twice.
/// A loop's pinned end is the frame that would follow its last one.</para>
/// </remarks>
internal sealed class FilmSpan
{
    private const int OverlapSteps = ClipTail.FrameCount - 1;

    private readonly int first;
    private readonly int length;
    private readonly int parts;

    private FilmSpan(VideoRequest request, int modelFrameCount, int first, int length, int parts)
    {
        (FrameCount, Interpolation, IsLoop) =
            (request.FrameCount, request.Interpolation, request.Loop);
        ModelFrameCount = modelFrameCount;
        (this.first, this.length, this.parts) = (first, length, parts);
    }

    /// <summary>Frames of the film.</summary>
    public int FrameCount { get; }

    /// <summary>Positions from one of the model's frames to the next.</summary>
    public int Interpolation { get; }

    /// <summary>The film's first frame follows its last.</summary>
    public bool IsLoop { get; }

    /// <summary>Frames that the model renders, on its grid.</summary>
    public int ModelFrameCount { get; }

    /// <summary>The first of the model's frames that is new and is seen.</summary>
    public int FirstModelFrame => DivideUp(Position(0), Interpolation);

    /// <summary>The last of the model's frames that is seen, if only in one before it.</summary>
    public int LastModelFrame => DivideUp(Position(FrameCount - 1), Interpolation);

    /// <summary>The last of the model's frames at or before the film's last.</summary>
    public int TailEnd => Position(FrameCount - 1) / Interpolation;

    /// <summary>Frames of the film after that one.</summary>
    public int FramesPastTail => Position(FrameCount - 1) % Interpolation;

    /// <summary>The span of a request whose FrameCount and Interpolation are sound.</summary>
    public static FilmSpan Of(VideoRequest request, FrameCountGrid grid)
    {
        var first = FirstPosition(request);
        var parts = request.FrameCount - (request.Loop ? 0 : 1);
        var rendered = grid.RoundUp(
            DivideUp(first + parts, request.Interpolation) + 1);
        var isEndGiven = request.Loop || request.EndImage is not null;
        if (!isEndGiven)
        {
            return new FilmSpan(request, rendered, first, parts, parts);
        }

        var fewer = rendered - grid.Multiple;
        if (EndOf(fewer) > first && fewer >= grid.Minimum
            && (rendered > grid.Longest
                || first + parts - EndOf(fewer) < EndOf(rendered) - first - parts))
        {
            rendered = fewer;
        }

        return new FilmSpan(request, rendered, first, EndOf(rendered) - first, parts);

        int EndOf(int frameCount) => (frameCount - 1) * request.Interpolation;
    }

    /// <summary>The most frames of the film that a request of this kind can ask for.</summary>
    public static int Longest(VideoRequest request, FrameCountGrid grid) =>
        ((grid.Longest - 1) * request.Interpolation) - FirstPosition(request) + 1;

    /// <summary>Where a frame of the film stands.</summary>
    public int Position(int frameIndex) => first
        + (parts == 0 ? length : ((2 * frameIndex * length) + parts) / (2 * parts));

    private static int FirstPosition(VideoRequest request) => request.Tail is { } tail
        ? (OverlapSteps * request.Interpolation) + tail.FramesPast + 1
        : 0;

    private static int DivideUp(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
