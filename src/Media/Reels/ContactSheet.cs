using System.Text;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Clips;

namespace RenderFarm.Media.Reels;

/// <summary>
/// A picture of every shot, with its name and words. What people write goes to ffmpeg in files of
/// its own and never into a filter.
/// </summary>
internal sealed class ContactSheet
{
    private const int MostCells = 240;
    private const int MostShotsInTriples = 40;
    private const int MostColumns = 12;
    private const int GroupLength = 20;
    private const int CellWidth = 320;
    private const int HighestCell = 480;
    private const int LabelHeight = 66;
    private const int LabelWidth = 40;
    private const int PromptLines = 2;
    /// <summary>The font of everything that is written into pictures.</summary>
    internal const string Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

    private readonly List<Cell> cells;
    private readonly int columns;
    private readonly FrameSize picture;
    private readonly bool labelled = File.Exists(Font);

    /// <summary>Chooses frames: start, middle and end of a shot, or the middle of many.</summary>
    public ContactSheet(CutList cut, IReadOnlyList<ShotSpan> spans)
    {
        // Frames that a transition mixes show two shots: they are the last choice.
        var runs = spans.Select(span => span.FirstUntouched < span.EndUntouched
            ? (First: span.FirstUntouched, End: span.EndUntouched)
            : (First: span.Start, span.End)).ToList();
        var triple = spans.Count <= MostShotsInTriples
            && runs.TrueForAll(run => run.End - run.First > 2);
        var shown = Math.Min(spans.Count, MostCells);
        cells =
        [
            .. Enumerable.Range(0, shown)
                .Select(index => (int)((long)index * spans.Count / shown))
                .SelectMany(shot => Frames(runs[shot], triple).Select(frame => new Cell(
                    frame, Label(cut.Entries[shot], frame - spans[shot].Start))))
                .DistinctBy(cell => cell.FrameIndex)
                .OrderBy(cell => cell.FrameIndex),
        ];
        columns = triple
            ? 3 * Math.Clamp(spans.Count / 4, 1, 3)
            : Math.Clamp((int)Math.Ceiling(Math.Sqrt(cells.Count * 1.2)), 1, MostColumns);
        var height = CellWidth * cut.Size.Height / cut.Size.Width;
        picture = height <= HighestCell
            ? new FrameSize(CellWidth, Math.Max(2, height / 2 * 2))
            : new FrameSize(
                Math.Max(2, HighestCell * cut.Size.Width / cut.Size.Height / 2 * 2), HighestCell);
    }

    private int CellHeight => picture.Height + (labelled ? LabelHeight : 0);

    /// <summary>Writes the labels, each to a file of its own.</summary>
    public async Task WriteLabelsAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var (index, cell) in cells.Index())
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, LabelName(index)), cell.Label, cancellationToken);
        }
    }

    /// <summary>The sheet as a second output of the run that decodes the reel.</summary>
    public IEnumerable<string> Output(string path) =>
    [
        "-map", "0:v:0", "-vf", Filter(), "-fps_mode", "passthrough", "-frames:v", "1",
        "-c:v", "mjpeg", "-q:v", "3", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-f", "image2", "-update", "1", ClipEncoding.ToUrl(path),
    ];

    private string Filter()
    {
        // In groups, because ffmpeg takes no more than a hundred terms in a row.
        var filter = new StringBuilder("select='")
            .AppendJoin('+', cells.Chunk(GroupLength).Select(group =>
                $"({string.Join('+', group.Select(cell => $"eq(n,{cell.FrameIndex})"))})"))
            .Append($"',scale={picture.Width}:{picture.Height}:flags=lanczos+accurate_rnd")
            .Append(":out_range=full,format=yuvj444p")
            .Append($",pad={CellWidth}:{CellHeight}:(ow-iw)/2:0:color=0x181818");
        for (var index = 0; labelled && index < cells.Count; index++)
        {
            filter.Append($",drawtext=fontfile={Font}:textfile={LabelName(index)}:expansion=none")
                .Append(":fontcolor=0xE8E8E8:fontsize=14:line_spacing=4")
                .Append($":x=4:y={picture.Height + 5}:enable='eq(n,{index})'");
        }

        var rows = (cells.Count + columns - 1) / columns;
        return filter.Append($",tile={columns}x{rows}:margin=12:padding=12:color=0x181818")
            .ToString();
    }

    private static IEnumerable<int> Frames((int First, int End) run, bool triple)
    {
        var middle = (run.First + run.End - 1) / 2;
        return triple ? [run.First, middle, run.End - 1] : [middle];
    }

    private static string LabelName(int index) => $"label-{index:000}.txt";

    private static string Label(CutListEntry entry, int frameIndex) =>
        $"{Clean(entry.ShotId, LabelWidth - 14)}, frame {frameIndex + 1}\n" + Wrap(
            Clean(entry.Prompt, LabelWidth * PromptLines));

    /// <summary>One line without control characters, no longer than can be shown.</summary>
    private static string Clean(string text, int length)
    {
        var line = string.Join(' ', new string([
            .. text.Take(length * 4).Select(letter => char.IsControl(letter) ? ' ' : letter),
        ]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }

    private static string Wrap(string line)
    {
        var lines = new List<string> { "" };
        foreach (var word in line.Split(' ').SelectMany(word => word.Chunk(LabelWidth)))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > LabelWidth)
            {
                lines.Add("");
            }

            lines[^1] += lines[^1].Length == 0 ? new string(word) : " " + new string(word);
        }

        return string.Join('\n', lines.Take(PromptLines))
            + (lines.Count > PromptLines ? " …" : "");
    }

    private sealed record Cell(int FrameIndex, string Label);
}
