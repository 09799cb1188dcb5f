using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>
/// The name of a shot's pixels: SHA-256 over everything that decides them and nothing else. It is
/// computed when the shot is planned, never from what was rendered.
/// </summary>
public static class RenderKey
{
    /// <summary>
    /// The form of the encoding; raised when a field is added to every key, which a field that is
    /// written only where it is set is not.
    /// </summary>
    public const int EncodingVersion = 2;

    /// <summary>Raised whenever the pipeline gives other pixels for the same task.</summary>
    public const int PipelineVersion = 3;

    /// <summary>
    /// The render key of a task, as lower-case hex. The task's own key is not read.
    /// </summary>
    public static string Of(ShotTask task) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Encode(task))));

    /// <summary>
    /// The bytes as text: one field a line, <c>name length:value</c>, the length in UTF-8 bytes, so
    /// that no value can pass for another field.
    /// </summary>
    internal static string Encode(ShotTask task)
    {
        var text = new StringBuilder($"renderfarm render key {EncodingVersion}\n");
        Add("pipeline", $"{PipelineVersion}");
        Add("model", task.ModelDigest);
        Add("numerics", task.NumericsProfile);
        Add("prompt", task.Prompt);
        Add("negative", task.NegativePrompt);
        Add("seed", $"{task.Seed}");
        Add("size", $"{task.Size.Width}x{task.Size.Height}");
        Add("frames", $"{task.FrameCount}");
        Add("rate", $"{task.FrameRate.Numerator}/{task.FrameRate.Denominator}");
        Add("upscale", $"{task.Upscale}");
        Add("interpolation", $"{task.Interpolation}");
        Add("takes", $"{task.TakeCount}");
        Add("loop", task.Loop ? "yes" : "no");
        Add("steps", $"{task.StepCount}");
        Add("guidance", Bits(task.GuidanceScale));
        Add("sampler", task.Sampler);
        Add("start", Conditioned(task.Start));
        Add("end", Conditioned(task.End));

        // Written only where they are set, so that the keys of tasks without them stay.
        if (task.Source is { } source)
        {
            Add("source", Remade(source));
        }

        if (task.Strength is { } strength)
        {
            Add("strength", Bits(strength));
        }

        if (task.MaskSha256 is { } mask)
        {
            Add("mask", mask);
        }

        if (task.ReuseThreshold is { } reuse)
        {
            Add("reuse", Bits(reuse));
        }

        return text.ToString();

        void Add(string name, string value)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            text.Append(name).Append(' ').Append(length).Append(':').Append(value).Append('\n');
        }
    }

    private static string Conditioned(Conditioning? frame) => frame switch
    {
        { ImageSha256: { } image } => $"image {image}",
        { LastFrameOf: { } key } => $"last frame of {key}",
        _ => "none",
    };

    private static string Remade(ClipSource source) => source.VideoSha256 is { } video
        ? $"video {video}"
        : $"clip of {source.ClipOf}";

    // The bits of a double have one spelling; its decimal text has many.
    private static string Bits(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Convert.ToHexStringLower(bytes);
    }
}
