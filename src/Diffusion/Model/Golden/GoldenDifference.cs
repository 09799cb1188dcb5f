namespace RenderFarm.Diffusion;

/// <summary>How far a network is from the values that its author's framework gave.</summary>
/// <param name="Component">The network: "text_encoder", "unet" ...</param>
/// <param name="Largest">
/// The largest difference of any value of its outputs; infinite where one is no number.
/// </param>
/// <param name="Tolerance">What its author allows.</param>
public sealed record GoldenDifference(string Component, double Largest, double Tolerance)
{
    /// <summary>Whether it is within what is allowed.</summary>
    public bool Holds => Largest <= Tolerance;
}
