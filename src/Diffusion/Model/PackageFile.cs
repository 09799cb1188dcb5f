namespace RenderFarm.Diffusion;

/// <summary>One file of a package.</summary>
/// <param name="Path">Where it is in the package, with '/'.</param>
/// <param name="ByteCount">How long it is.</param>
/// <param name="Sha256">Of its bytes, in lower-case hexadecimal.</param>
public sealed record PackageFile(string Path, long ByteCount, string Sha256);
