namespace RenderFarm.Diffusion;

/// <summary>What is wrong with a take, by its looks; the first that fits is told.</summary>
public enum TakeFault
{
    /// <summary>It holds values that are no numbers.</summary>
    NotFinite,

    /// <summary>Every frame is black.</summary>
    Black,

    /// <summary>Every frame is of one colour.</summary>
    Uniform,

    /// <summary>Every frame is the same.</summary>
    Frozen,

    /// <summary>Frames are bright and dark by turns.</summary>
    Strobing,
}
