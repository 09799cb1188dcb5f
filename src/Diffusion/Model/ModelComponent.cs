using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion;

/// <summary>One network of a package, as its file describes it.</summary>
public sealed record ModelComponent
{
    /// <summary>Its folder: "text_encoder", "unet", "vae_decoder" ...</summary>
    public required string Name { get; init; }

    /// <summary>The type that most of its weights have: "fp32", "fp16" ...</summary>
    public required string Precision { get; init; }

    /// <summary>How it computes attention.</summary>
    public required AttentionKind Attention { get; init; }

    /// <summary>Bytes of its weights once they are loaded.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Its inputs, as in <c>timestep int64 [1]</c>.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Its outputs.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    internal static ModelComponent Of(GraphFile graph) => new()
    {
        Name = graph.Path[..Math.Max(0, graph.Path.LastIndexOf('/'))],
        Precision = graph.Precision,
        Attention = AttentionOf(graph),
        WeightBytes = graph.LoadedByteCount,
        Inputs = [.. graph.Inputs.Select(input => $"{input}")],
        Outputs = [.. graph.Outputs.Select(output => $"{output}")],
    };

    private static AttentionKind AttentionOf(GraphFile graph)
    {
        var fused = graph.Count(
            "Attention",
            "MultiHeadAttention",
            "GroupQueryAttention",
            "PackedAttention",
            "PackedMultiHeadAttention",
            "DecoderMaskedMultiHeadAttention");
        return (fused > 0, graph.Count("Softmax") > 0) switch
        {
            (true, true) => AttentionKind.Mixed,
            (true, false) => AttentionKind.Fused,
            (false, true) => AttentionKind.Unfused,
            _ => AttentionKind.None,
        };
    }
}
