using RenderFarm.Diffusion.Tests.Onnx;

namespace RenderFarm.Diffusion.Tests.Companions;

/// <summary>
/// Companions that are plain arithmetic, so that a test can say what every pixel must be.
/// </summary>
internal static class TinyCompanions
{
    /// <summary>How many times the upscaler enlarges.</summary>
    public const int Scale = 4;

    /// <summary>
    /// How much of the frame before, the frame itself and the frame after is in an enlarged one.
    /// </summary>
    public static IReadOnlyList<float> WindowShares { get; } = [0.25f, 0.625f, 0.125f];

    /// <summary>How much of the one before and the one after is in a frame between two.</summary>
    public static IReadOnlyList<float> PairShares { get; } = [0.75f, 0.25f];

    /// <summary>Every pixel of a mixture of three frames, as a square of Scale pixels.</summary>
    public static byte[] Upscaler() => OnnxFile.Model(
        [
            OnnxFile.Node("Conv", "squares", ["frames", "shares"]),
            OnnxFile.Node(
                "DepthToSpace", "sample", ["squares"], OnnxFile.Attribute("blocksize", Scale)),
        ],
        [Mixture("shares", WindowShares, Scale * Scale)],
        [OnnxFile.Value("frames", OnnxFile.Single, -1, 9, -1, -1)],
        OnnxFile.Value("sample", OnnxFile.Single, -1, 3, -1, -1));

    /// <summary>A mixture of two frames.</summary>
    public static byte[] Interpolator() => OnnxFile.Model(
        [OnnxFile.Node("Conv", "sample", ["frames", "shares"])],
        [Mixture("shares", PairShares, 1)],
        [OnnxFile.Value("frames", OnnxFile.Single, -1, 6, -1, -1)],
        OnnxFile.Value("sample", OnnxFile.Single, -1, 3, -1, -1));

    /// <summary>
    /// Agreement is the logistic function of a tenth of the words' first value, on average, and
    /// the red of the frames, each frame's counted by its number of fifteen; quality is that of
    /// the words' first value times the argument, which makes it a half by default.
    /// </summary>
    public static byte[] Scorer(int tokenCount, int textWidth, float quality = 0)
    {
        var reds = new float[15 * 2];
        for (var frame = 0; frame < 5; frame++)
        {
            reds[3 * frame * 2] = (frame + 1) / 15f;
        }

        var words = new float[textWidth * 2];
        (words[0], words[1]) = (0.1f, quality);

        return OnnxFile.Model(
            [
                OnnxFile.Node(
                    "ReduceMean",
                    "colours",
                    ["frames"],
                    OnnxFile.Attribute("axes", [2, 3]),
                    OnnxFile.Attribute("keepdims", 0)),
                OnnxFile.Node("MatMul", "seen", ["colours", "reds"]),
                OnnxFile.Node(
                    "ReduceMean",
                    "hidden",
                    ["encoder_hidden_states"],
                    OnnxFile.Attribute("axes", [1]),
                    OnnxFile.Attribute("keepdims", 0)),
                OnnxFile.Node("MatMul", "said", ["hidden", "words"]),
                OnnxFile.Node("Add", "sum", ["seen", "said"]),
                OnnxFile.Node("Sigmoid", "scores", ["sum"]),
            ],
            [
                OnnxFile.Weight("reds", [15, 2], reds),
                OnnxFile.Weight("words", [textWidth, 2], words),
            ],
            [
                OnnxFile.Value("frames", OnnxFile.Single, -1, 15, -1, -1),
                OnnxFile.Value(
                    "encoder_hidden_states", OnnxFile.Single, -1, tokenCount, textWidth),
                OnnxFile.Value("encoder_attention_mask", TinyGraph.Int64, -1, tokenCount),
            ],
            OnnxFile.Value("scores", OnnxFile.Single, -1, 2));
    }

    /// <summary>Weights [3 n, 3 m, 1, 1]: channel by channel, m frames to n times one.</summary>
    private static byte[] Mixture(string name, IReadOnlyList<float> shares, int times)
    {
        var weights = new float[3 * times * 3 * shares.Count];
        for (var to = 0; to < 3 * times; to++)
        {
            for (var frame = 0; frame < shares.Count; frame++)
            {
                weights[(to * 3 * shares.Count) + (3 * frame) + (to % 3)] = shares[frame];
            }
        }

        return OnnxFile.Weight(name, [3 * times, 3 * shares.Count, 1, 1], weights);
    }
}
