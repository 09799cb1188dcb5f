using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Clips;

namespace RenderFarm.Media.Reels;

/// <summary>A part of the film that is made in one go.</summary>
internal abstract record ReelPiece;

/// <summary>Frames of one clip that are copied as they are encoded.</summary>
internal sealed record CopiedPiece(int ClipIndex, int First, int End, bool Whole) : ReelPiece;

/// <summary>
/// A transition from a clip to the next one, and the frames after it up to where copying can start.
/// </summary>
internal sealed record JoinedPiece(int LeftIndex, Transition Transition, int RightEnd) : ReelPiece;

/// <summary>Where a shot's frames are in the film, counted from 0.</summary>
internal sealed record ShotSpan(int Start, int FirstUntouched, int EndUntouched, int End);

/// <summary>
/// How a film is put together: what is copied and what is encoded anew. Pure: the cut list and what
/// the clips' headers say go in.
/// </summary>
internal sealed record ReelPlan
{
    /// <summary>The pieces in film order.</summary>
    public required IReadOnlyList<ReelPiece> Pieces { get; init; }

    /// <summary>Where each shot is, in film order.</summary>
    public required IReadOnlyList<ShotSpan> Spans { get; init; }

    /// <summary>Plans a film.</summary>
    /// <exception cref="InvalidDataException">
    /// The cut does not hold together: every reason, naming the shots.
    /// </exception>
    public static ReelPlan Create(CutList cut, IReadOnlyList<ClipHeader> clips)
    {
        var faults = FindFaults(cut, clips).ToList();
        if (faults.Count > 0)
        {
            throw new InvalidDataException(string.Join("; ", faults));
        }

        var pieces = new List<ReelPiece>();
        var spans = new List<ShotSpan>();
        var start = 0;
        for (var index = 0; index < clips.Count; index++)
        {
            var head = HeadLength(cut, index);
            var tail = TailLength(cut, index);
            var end = clips[index].FrameCount - tail;
            var copyFrom = clips[index].Keyframes.FirstOrDefault(frame => frame >= head, end);
            copyFrom = Math.Min(copyFrom, end);
            if (head > 0)
            {
                var transition = cut.Entries[index - 1].Transition;
                pieces.Add(new JoinedPiece(index - 1, transition, copyFrom));
            }

            if (copyFrom < end)
            {
                var whole = copyFrom == 0 && tail == 0;
                pieces.Add(new CopiedPiece(index, copyFrom, end, whole));
            }

            start -= index > 0 ? Overlap(cut.Entries[index - 1].Transition) : 0;
            spans.Add(new ShotSpan(
                start, start + head, start + end, start + clips[index].FrameCount));
            start = spans[^1].End;
        }

        return start == cut.FrameCount
            ? new ReelPlan { Pieces = pieces, Spans = spans }
            : throw new InvalidDataException(
                $"the cut list says {cut.FrameCount} frames; its clips and transitions make "
                + $"{start}");
    }

    private static int HeadLength(CutList cut, int index) =>
        index == 0 ? 0 : TailLength(cut, index - 1);

    private static int TailLength(CutList cut, int index) =>
        cut.Entries[index].Transition is { Kind: not TransitionKind.Cut } transition
            ? transition.FrameCount
            : 0;

    private static int Overlap(Transition transition) =>
        transition.Kind == TransitionKind.CrossFade ? transition.FrameCount : 0;

    private static IEnumerable<string> FindFaults(CutList cut, IReadOnlyList<ClipHeader> clips)
    {
        if (clips.Count == 0)
        {
            yield return "a film has at least one shot";
        }

        for (var index = 0; index < clips.Count; index++)
        {
            var clip = clips[index];
            var entry = cut.Entries[index];
            if (clip.Codec != "avc1")
            {
                yield return $"shot {entry.ShotId}: expected H.264 (avc1), found {clip.Codec}";
            }

            if (clip.Size != cut.Size || !ClipInspector.SameRate(clip.Rate, cut.FrameRate))
            {
                yield return $"shot {entry.ShotId}: expected {cut.Size} at {cut.FrameRate}, "
                    + $"found {clip.Size} at {clip.Rate}";
            }

            if (clip.FrameCount != entry.FrameCount())
            {
                yield return $"shot {entry.ShotId}: expected {entry.FrameCount()} frames, "
                    + $"found {clip.FrameCount}";
            }

            if (TailLength(cut, index) < 0
                || HeadLength(cut, index) + TailLength(cut, index) > clip.FrameCount)
            {
                yield return $"shot {entry.ShotId}: its transitions take "
                    + $"{HeadLength(cut, index)} and {TailLength(cut, index)} frames; "
                    + $"it has {clip.FrameCount}";
            }
        }

        if (clips.Count > 0 && TailLength(cut, clips.Count - 1) != 0)
        {
            yield return $"shot {cut.Entries[^1].ShotId} is the last one; it has nothing to give "
                + "way to";
        }
    }
}
