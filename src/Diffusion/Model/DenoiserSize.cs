namespace RenderFarm.Diffusion.Model;

/// <summary>How much a denoiser and its VAE have to hold for one clip.</summary>
internal sealed record DenoiserSize
{
    // Keys, values, gates and a four times wider hidden layer, at the place where most is alive.
    private const int AliveTensors = 12;

    // One layer's input and output, and the padding between them.
    private const int AliveFrames = 3;

    /// <summary>The component that denoises.</summary>
    public required string Component { get; init; }

    /// <summary>Clips in one run: 2 where guidance is batched.</summary>
    public int BatchCount { get; init; } = 2;

    /// <summary>Places of the finest level, each with Width values.</summary>
    public required long PlaceCount { get; init; }

    /// <summary>Values of a place.</summary>
    public required int Width { get; init; }

    /// <summary>Tokens that attend to one another at the finest level that has attention.</summary>
    public required long TokenCount { get; init; }

    /// <summary>Heads of that attention.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Pixels that the VAE decodes at once, over all frames.</summary>
    public required long PixelCount { get; init; }

    /// <summary>Channels of its last level.</summary>
    public required int PixelWidth { get; init; }

    public MemoryNeed Need(IReadOnlyList<ModelComponent> components)
    {
        var denoiser = components.FirstOrDefault(component => component.Name == Component);
        var bytes = denoiser?.Precision is "fp16" or "bf16" ? 2 : 4;
        var isUnfused = denoiser?.Attention is AttentionKind.Unfused or AttentionKind.Mixed;
        return new MemoryNeed
        {
            Weights = components.Sum(component => component.WeightBytes),
            Denoiser = Product(BatchCount, PlaceCount, Width, AliveTensors, bytes),
            Scores = isUnfused
                ? Product(2 * BatchCount, HeadCount, TokenCount, TokenCount, bytes)
                : 0,
            Decoder = Product(PixelCount, PixelWidth, AliveFrames, sizeof(float)),
        };
    }

    // A hostile configuration must not wrap around to a small number.
    private static long Product(params ReadOnlySpan<double> factors)
    {
        var product = 1.0;
        foreach (var factor in factors)
        {
            product *= factor;
        }

        return (long)Math.Min(product, 1L << 60);
    }
}
