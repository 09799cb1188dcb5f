namespace RenderFarm.Diffusion.Text;

/// <summary>A token that is found in the text before anything splits it.</summary>
/// <param name="Content">What it looks like.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsWord">Only between what is no letter, digit or underline.</param>
/// <param name="TakesLeft">With the white space before it.</param>
/// <param name="TakesRight">With the white space after it.</param>
/// <param name="IsNormalized">In the normalised text, by its own normalised content.</param>
internal sealed record AddedToken(
    string Content, int Id, bool IsWord, bool TakesLeft, bool TakesRight, bool IsNormalized);
