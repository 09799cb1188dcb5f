using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Flipbook;

namespace RenderFarm.Diffusion.Companions;

/// <summary>How well a clip agrees with its words, and how well it is made.</summary>
internal sealed class Scorer(OnnxSession session)
{
    /// <summary>
    /// Digits of a score that count: the last ones depend on where in memory its frames lie.
    /// </summary>
    private const int DigitCount = 4;

    /// <summary>How many frames it looks at.</summary>
    public const int FrameCount = 5;

    public static GraphSignature Signature(int tokenCount, int textWidth) => new(
        "scorer/model.onnx",
        [
            new("frames", IsWhole: false, -1, 3 * FrameCount, -1, -1),
            new("encoder_hidden_states", IsWhole: false, -1, tokenCount, textWidth),
            new("encoder_attention_mask", IsWhole: true, -1, tokenCount),
        ],
        [new("scores", IsWhole: false, -1, 2)]);

    /// <summary>Scores the frames of a clip that are seen.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="span">What of it is seen.</param>
    /// <param name="embeddings">Of its prompt, which is the last of the batch.</param>
    /// <param name="token">Ends the run.</param>
    /// <returns>Agreement times quality, 0 to 1.</returns>
    public double Score(
        DecodedClip clip, FilmSpan span, TextEmbeddings embeddings, CancellationToken token)
    {
        var (length, width) = (embeddings.Length, embeddings.Width);
        using var binding = session.Bind();
        var frames = binding.Input("frames", true, 1, 3 * FrameCount, clip.Height, clip.Width);
        var hidden = binding.Input("encoder_hidden_states", true, 1, length, width);
        var mask = binding.Input("encoder_attention_mask", true, 1, length);
        var scores = binding.Output("scores", 1, 2);
        var last = span.LastModelFrame - span.FirstModelFrame;
        for (var i = 0; i < FrameCount; i++)
        {
            clip.CopyFrame(
                span.FirstModelFrame + FrameIndex(i, last), frames.AsSpan(i * clip.FrameLength));
        }

        embeddings.CopyPrompt(hidden, mask);
        binding.Run(token);
        var score = (double)scores[0] * scores[1];
        return double.IsFinite(score)
            ? Math.Round(Math.Clamp(score, 0, 1), DigitCount)
            : throw new ModelException(
                $"{session.Path}: expected finite scores, found {scores[0]} and {scores[1]}.");
    }

    /// <summary>The frames it looks at are spread evenly, halves rounded up.</summary>
    public static int FrameIndex(int number, int last) =>
        ((number * last) + ((FrameCount - 1) / 2)) / (FrameCount - 1);
}
