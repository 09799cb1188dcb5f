using RenderFarm.Contracts.Reels;

namespace RenderFarm.Media.Reels;

/// <summary>How long an entry of a cut is, whether it is a clip or a card.</summary>
internal static class EntryLength
{
    /// <summary>Frames of the clip, or of the card in its place.</summary>
    public static int FrameCount(this CutListEntry entry) =>
        entry.Clip?.FrameCount ?? entry.CardFrameCount ?? 0;
}
