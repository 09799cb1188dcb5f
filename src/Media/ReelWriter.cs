using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;
using RenderFarm.Media.Reels;

namespace RenderFarm.Media;

/// <summary>Turns clips into a reel, with its contact sheet and its timeline.</summary>
/// <remarks>
/// A cut costs nothing: the frames are copied as they are encoded. A transition encodes the frames
/// it mixes and, nearly without loss, those up to the next keyframe; everything else is copied.
/// AV1 and VP9 reels are encoded from that film as a whole. The same clips give the same film.
/// </remarks>
public sealed class ReelWriter(TimeProvider time)
{
    // Shares of the whole, for progress only.
    private const double PiecesDone = 0.4;
    private const double FilmDone = 0.8;

    // Joining pieces is three processes that wait for one another: two at a time fill two cores.
    private const int PiecesAtOnce = 2;

    /// <summary>Writes a film into a folder, decodes it and counts its frames.</summary>
    /// <param name="cut">The clips in film order and how they meet.</param>
    /// <param name="pathOfClip">Where each clip is on this machine.</param>
    /// <param name="soundtrackPath">
    /// Sound under the film: WAV, FLAC, MP3, Ogg or M4A. It is cut at the film's end or followed by
    /// silence, and faded out either way.
    /// </param>
    /// <param name="folder">Where the files go; it is made where it is absent.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancellationToken">Kills ffmpeg and leaves no film.</param>
    /// <exception cref="InvalidDataException">
    /// A clip or the sound is not what the cut list says, or the film does not have its frames; the
    /// message names the shots. Trying again cannot help.
    /// </exception>
    /// <exception cref="FfmpegException">ffmpeg failed, as when the disk is full.</exception>
    public async Task<ReelFiles> WriteAsync(
        CutList cut, Func<CutListEntry, string> pathOfClip, string? soundtrackPath, string folder,
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ClipEncoding.Check(cut.Size, cut.FrameRate);
        var clipPaths = cut.Entries.Select(pathOfClip).ToList();
        var headers = cut.Entries.Zip(clipPaths, ReadHeader).ToList();
        var plan = ReelPlan.Create(cut, headers);
        Directory.CreateDirectory(folder);
        var parts = Path.Combine(folder, $".parts-{Guid.NewGuid():n}");
        Directory.CreateDirectory(parts);
        try
        {
            var pieces = await WritePiecesAsync(
                plan, new PieceWriter(cut, clipPaths, time), parts, progress, cancellationToken);
            var sound = soundtrackPath is null
                ? null
                : await Soundtrack.ReadAsync(
                    soundtrackPath, Path.Combine(parts, "sound.pcm"), cut.FrameRate,
                    cut.FrameCount, time, cancellationToken);
            var film = Path.Combine(parts, ReelEncoding.FileName(cut.Codec));
            await JoinAsync(cut, pieces, sound, film, progress, cancellationToken);
            var sheet = Path.Combine(parts, "contact-sheet.jpg");
            await CheckAsync(cut, plan, film, sheet, progress, cancellationToken);
            var timeline = Path.Combine(parts, "timeline.otio");
            await File.WriteAllTextAsync(
                timeline, Timeline.Write(cut, [.. headers.Select(clip => clip.Slate?.Seed)]),
                cancellationToken);
            progress?.Report(1);
            return new ReelFiles
            {
                Sha256 = await ClipWriter.HashAsync(film, cancellationToken),
                ByteCount = new FileInfo(film).Length,
                FrameCount = cut.FrameCount,
                ReelPath = MoveInto(folder, film),
                ContactSheetPath = MoveInto(folder, sheet),
                TimelinePath = MoveInto(folder, timeline),
            };
        }
        finally
        {
            Directory.Delete(parts, recursive: true);
        }
    }

    private static ClipHeader ReadHeader(CutListEntry entry, string path)
    {
        try
        {
            return ClipHeader.Read(path);
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"shot {entry.ShotId}: {problem.Message}", problem);
        }
    }

    private static async Task<List<string>> WritePiecesAsync(
        ReelPlan plan, PieceWriter writer, string parts, IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var paths = Enumerable.Range(0, plan.Pieces.Count)
            .Select(index => Path.Combine(parts, $"piece-{index:00000}.mp4"))
            .ToList();
        var done = 0;
        var gate = new Lock();
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = PiecesAtOnce,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(plan.Pieces.Zip(paths), limits, async (piece, token) =>
        {
            await writer.WriteAsync(piece.First, piece.Second, token);
            lock (gate)
            {
                progress?.Report(PiecesDone * ((double)++done / paths.Count));
            }
        });
        return paths;
    }

    private async Task JoinAsync(
        CutList cut, IReadOnlyList<string> pieces, Soundtrack? sound, string film,
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var list = Path.Combine(Path.GetDirectoryName(film)!, "pieces.txt");
        await File.WriteAllTextAsync(
            list, ReelEncoding.ConcatList(pieces.Select(path => Path.GetFileName(path))),
            cancellationToken);
        var alike = pieces.Select(path => ClipHeader.Read(path).ParameterSets).Distinct().Count();
        await FfmpegProcess.RunAsync(
            ReelEncoding.Arguments(cut, list, alike == 1, sound, film), null,
            frames => Report(progress, PiecesDone, FilmDone, frames, cut), time,
            cancellationToken);
        if (cut.Codec != ReelCodec.Vp9)
        {
            await ProvenanceMark.AppendAsync(film, cancellationToken);
        }
    }

    private async Task CheckAsync(
        CutList cut, ReelPlan plan, string film, string sheetPath, IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var sheet = new ContactSheet(cut, plan.Spans);
        var parts = Path.GetDirectoryName(film)!;
        await sheet.WriteLabelsAsync(parts, cancellationToken);
        var frameCount = await new ClipInspector(time).DecodeAsync(
            film, sheet.Output(sheetPath), parts,
            frames => Report(progress, FilmDone, 1, frames, cut), cancellationToken);
        if (frameCount != cut.FrameCount)
        {
            throw new InvalidDataException(
                $"the film must have {cut.FrameCount} frames; {frameCount} decode");
        }
    }

    private static void Report(
        IProgress<double>? progress, double from, double to, int frames, CutList cut) =>
        progress?.Report(from + ((to - from) * Math.Min(1, (double)frames / cut.FrameCount)));

    private static string MoveInto(string folder, string path)
    {
        var target = Path.Combine(folder, Path.GetFileName(path));
        File.Move(path, target, overwrite: true);
        return target;
    }
}
