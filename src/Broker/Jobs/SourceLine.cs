namespace RenderFarm.Broker.Jobs;

/// <summary>A bracket note as it stands in a script.</summary>
/// <param name="LineNumber">Where it begins, from 1.</param>
/// <param name="Text">What stands between the brackets.</param>
internal sealed record SourceNote(int LineNumber, string Text)
{
    public string Place => $"line {LineNumber}";
}

/// <summary>A line of a script without its notes and its struck-out parts.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">What is left of it, spaces at the end included.</param>
/// <param name="Notes">The notes that begin in it.</param>
/// <param name="IsBlank">True when nothing stood there to begin with.</param>
internal sealed record SourceLine(
    int Number, string Text, IReadOnlyList<SourceNote> Notes, bool IsBlank)
{
    public string Place => $"line {Number}";

    /// <summary>True when there were only notes, or parts struck out.</summary>
    public bool IsSilent => string.IsNullOrWhiteSpace(Text);
}
