namespace RenderFarm.Broker.Jobs;

/// <summary>What a part of a screenplay is.</summary>
internal enum FountainKind
{
    /// <summary>Where and when the next shots are.</summary>
    Heading,

    /// <summary>What is seen.</summary>
    Action,

    /// <summary>How a shot gives way to the next.</summary>
    Transition,

    /// <summary>A character's name and what is said or sung.</summary>
    Dialogue,

    /// <summary>Words for a card, between &gt; and &lt;.</summary>
    Centered,

    /// <summary>Sections, synopses, page breaks and lone notes: for the writer only.</summary>
    Silent,
}

/// <summary>A part of a screenplay.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its words, without marks.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Notes">The notes in it.</param>
internal sealed record FountainElement(
    FountainKind Kind, string Text, string Place, IReadOnlyList<SourceNote> Notes);
