using System.Runtime.CompilerServices;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media.Reels;

/// <summary>Makes the pieces of a reel: files of their own that join by copying.</summary>
internal sealed class PieceWriter(CutList cut, IReadOnlyList<string> clipPaths, TimeProvider time)
{
    /// <summary>Makes one piece.</summary>
    public Task WriteAsync(ReelPiece piece, string path, CancellationToken cancellationToken)
    {
        switch (piece)
        {
            case CopiedPiece { Whole: true } whole:
                File.CreateSymbolicLink(path, Path.GetFullPath(clipPaths[whole.ClipIndex]));
                return Task.CompletedTask;
            case CopiedPiece part:
                return CopyAsync(part, path, cancellationToken);
            default:
                return JoinAsync((JoinedPiece)piece, path, cancellationToken);
        }
    }

    /// <summary>Numbers packets anew, as frames of one length; the last part of copying.</summary>
    public static string Renumber(FrameRate rate)
    {
        var ticks = ClipEncoding.TicksPerFrame(rate);
        return $"setts=ts=N*{ticks}:duration={ticks}";
    }

    private Task<int> CopyAsync(
        CopiedPiece part, string path, CancellationToken cancellationToken) =>
        // Packets are counted, not timed: without B-frames, one packet is one frame, in order.
        FfmpegProcess.RunAsync(
            [
                .. ClipEncoding.Input("mov", clipPaths[part.ClipIndex]), "-map", "0:v:0",
                "-c", "copy", "-bsf:v",
                $"noise=drop=lt(n\\,{part.First})+gte(n\\,{part.End}),{Renumber(cut.FrameRate)}",
                .. ClipEncoding.Mp4Output(cut.FrameRate, path),
            ],
            null, null, time, cancellationToken);

    private async Task JoinAsync(JoinedPiece join, string path, CancellationToken cancellationToken)
    {
        var length = join.Transition.FrameCount;
        var touched = join.Transition.Kind == TransitionKind.Fade ? 2 * length : length;
        var untouched = join.RightEnd - length;
        await using var ffmpeg = FfmpegProcess.Start(
            [
                .. ClipEncoding.RawInput(cut.Size, cut.FrameRate, "yuv420p"),
                .. ClipEncoding.H264(
                    untouched > 0 ? (touched, touched + untouched - 1) : null),
                .. ClipEncoding.Mp4Output(cut.FrameRate, path),
            ],
            null, time, cancellationToken);
        var frames = join.Transition.Kind == TransitionKind.Fade
            ? FadeAsync(join, cancellationToken)
            : CrossFadeAsync(join, cancellationToken);
        await foreach (var frame in frames)
        {
            await ffmpeg.WriteAsync(frame);
        }

        await ffmpeg.FinishAsync();
    }

    private async IAsyncEnumerable<byte[]> CrossFadeAsync(
        JoinedPiece join, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var length = join.Transition.FrameCount;
        var mixed = FrameMix.Black(cut.Size);
        await using var left = LeftTail(join, cancellationToken);
        await foreach (var (index, right) in RightHead(join, cancellationToken).Index())
        {
            if (index >= length)
            {
                yield return right;
                continue;
            }

            await left.MoveNextAsync();
            FrameMix.Mix(left.Current, right, index + 1, length + 1, mixed);
            yield return mixed;
        }
    }

    private async IAsyncEnumerable<byte[]> FadeAsync(
        JoinedPiece join, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var length = join.Transition.FrameCount;
        var mixed = FrameMix.Black(cut.Size);
        var black = FrameMix.Black(cut.Size);
        await using var left = LeftTail(join, cancellationToken);
        for (var index = 0; await left.MoveNextAsync(); index++)
        {
            FrameMix.Mix(left.Current, black, index + 1, length, mixed);
            yield return mixed;
        }

        await foreach (var (index, right) in RightHead(join, cancellationToken).Index())
        {
            if (index >= length)
            {
                yield return right;
                continue;
            }

            FrameMix.Mix(black, right, index + 1, length, mixed);
            yield return mixed;
        }
    }

    private IAsyncEnumerator<byte[]> LeftTail(JoinedPiece join, CancellationToken cancellationToken)
    {
        var end = cut.Entries[join.LeftIndex].FrameCount();
        var first = end - join.Transition.FrameCount;
        return new FrameReader(cut.Size, time)
            .ReadAsync(clipPaths[join.LeftIndex], first, end, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
    }

    private IAsyncEnumerable<byte[]> RightHead(
        JoinedPiece join, CancellationToken cancellationToken) =>
        new FrameReader(cut.Size, time)
            .ReadAsync(clipPaths[join.LeftIndex + 1], 0, join.RightEnd, cancellationToken);
}
