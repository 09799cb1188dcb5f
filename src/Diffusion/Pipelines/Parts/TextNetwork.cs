using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>A text encoder: a prompt to values for each token, and for all of them.</summary>
/// <param name="tokenizer">Makes ids of a prompt.</param>
/// <param name="session">The network.</param>
/// <param name="hidden">The output with a value for each token.</param>
/// <param name="pooled">The output with one for all of them; null where none is needed.</param>
internal sealed class TextNetwork(
    PromptTokenizer tokenizer, OnnxSession session, string hidden, string? pooled = null)
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";

    private readonly EmbeddingCache kept = new();

    /// <summary>Values that embed one token.</summary>
    public int Width { get; } = WidthOf(session, hidden, 2);

    /// <summary>How many tokens every prompt has, padding included.</summary>
    public int Length => tokenizer.Length;

    /// <summary>Values that embed a whole prompt.</summary>
    public int PooledWidth { get; } = pooled is null ? 0 : WidthOf(session, pooled, 1);

    /// <summary>Its signature.</summary>
    /// <param name="component">The folder of its graph.</param>
    /// <param name="outputs">What is read of it.</param>
    public static GraphSignature Signature(string component, params TensorSpec[] outputs) => new(
        $"{component}/model.onnx",
        [
            new(Ids, IsWhole: true, -1, -1),
            new(Mask, IsWhole: true, -1, -1) { IsOptional = true },
        ],
        outputs);

    /// <summary>The output that most text encoders have.</summary>
    public static TensorSpec LastHidden { get; } =
        new("last_hidden_state", IsWhole: false, -1, -1, -1)
        {
            Synonyms = ["text_embeddings", "hidden_states"],
        };

    /// <summary>Encodes one prompt; one that was met before is not encoded again.</summary>
    public EncodedPrompt Encode(string prompt, CancellationToken token)
    {
        var tokens = tokenizer.Encode(prompt);
        var (ids, mask) = (new float[Length], new float[Length]);
        for (var i = 0; i < Length; i++)
        {
            ids[i] = tokens.Ids[i];
            mask[i] = i < tokens.Count ? 1 : 0;
        }

        var outputs = kept.Encode(ids, mask, () => Run(ids, mask, token));
        return new EncodedPrompt(outputs[0], mask, outputs[1]);
    }

    private float[][] Run(float[] ids, float[] mask, CancellationToken token)
    {
        using var binding = session.Bind();
        ids.CopyTo(binding.Input(Ids, isConstant: true, 1, Length), 0);
        if (session.Has(Mask))
        {
            mask.CopyTo(binding.Input(Mask, isConstant: true, 1, Length), 0);
        }

        var values = binding.Output(hidden, 1, Length, Width);
        var one = pooled is null ? [] : binding.Output(pooled, 1, PooledWidth);
        binding.Run(token);
        return [values, one];
    }

    private static int WidthOf(OnnxSession session, string output, int axis) =>
        session.Dimension(output, axis) is > 0 and var width
            ? width
            : throw new ModelException($"{session.Path}: expected {output} of a fixed width.");
}
