using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Prompts to embeddings.</summary>
internal sealed class TextEncoder(PromptTokenizer tokenizer, OnnxSession session)
{
    private readonly EmbeddingCache kept = new();

    /// <summary>Values that embed one token.</summary>
    public int Width { get; } = session.Dimension("last_hidden_state", 2) is > 0 and var width
        ? width
        : throw new ModelException($"{session.Path}: expected last_hidden_state of a fixed width.");

    public static GraphSignature Signature(int tokenCount) => new(
        "text_encoder/model.onnx",
        [
            new("input_ids", IsWhole: true, -1, tokenCount),
            new("attention_mask", IsWhole: true, -1, tokenCount),
        ],
        [new("last_hidden_state", IsWhole: false, -1, tokenCount, -1)]);

    /// <summary>
    /// Encodes prompts as one batch, in their order. One that was met before is not encoded again;
    /// one of other prompts is, as a whole, since the last bits of a prompt's embeddings may depend
    /// on what else is in its batch.
    /// </summary>
    public TextEmbeddings Encode(IReadOnlyList<string> prompts, CancellationToken token)
    {
        var (count, length) = (prompts.Count, tokenizer.Length);
        var (ids, mask) = (new float[count * length], new float[count * length]);
        for (var prompt = 0; prompt < count; prompt++)
        {
            var tokens = tokenizer.Encode(prompts[prompt]);
            for (var i = 0; i < length; i++)
            {
                ids[(prompt * length) + i] = tokens.Ids[i];
                mask[(prompt * length) + i] = i < tokens.Count ? 1 : 0;
            }
        }

        var outputs = kept.Encode(ids, mask, () => Run(ids, mask, count, token));
        return new TextEmbeddings(outputs[0], mask, count, length, Width);
    }

    private float[][] Run(float[] ids, float[] mask, int count, CancellationToken token)
    {
        using var binding = session.Bind();
        ids.CopyTo(binding.Input("input_ids", isConstant: true, count, tokenizer.Length), 0);
        mask.CopyTo(binding.Input("attention_mask", isConstant: true, count, tokenizer.Length), 0);
        var values = binding.Output("last_hidden_state", count, tokenizer.Length, Width);
        binding.Run(token);
        return [values];
    }
}
