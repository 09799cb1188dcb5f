namespace RenderFarm.Diffusion.Lora;

/// <summary>What a tensor of a LoRA file is a part of, in the ways of kohya and of peft.</summary>
/// <param name="Component">The network's folder.</param>
/// <param name="Layer">The layer's path, with '_' between its parts as kohya has it.</param>
/// <param name="Part">"down", "up" or "alpha".</param>
internal sealed record LoraKey(string Component, string Layer, string Part)
{
    private static readonly (string Ending, string Part)[] Endings =
    [
        (".lora_down.weight", "down"), (".lora_up.weight", "up"), (".lora_A.weight", "down"),
        (".lora_B.weight", "up"), (".lora.down.weight", "down"), (".lora.up.weight", "up"),
        (".lora_A.default.weight", "down"), (".lora_B.default.weight", "up"), (".alpha", "alpha"),
    ];

    // Null is the denoiser, whatever the package calls it; longer beginnings come first.
    private static readonly (string Beginning, string? Component)[] Beginnings =
    [
        ("lora_unet_", null), ("lora_transformer_", null), ("lora_te1_", "text_encoder"),
        ("lora_te2_", "text_encoder_2"), ("lora_te_", "text_encoder"),
        ("base_model.model.", null), ("diffusion_model.", null), ("unet.", null),
        ("transformer.", null), ("text_encoder_2.", "text_encoder_2"),
        ("text_encoder.", "text_encoder"),
    ];

    /// <summary>Null where the tensor is no part of a LoRA.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="denoiser">The folder of the network that denoises.</param>
    public static LoraKey? Parse(string name, string denoiser)
    {
        var (ending, part) = Array.Find(
            Endings, pair => name.EndsWith(pair.Ending, StringComparison.Ordinal));
        if (ending is null)
        {
            return null;
        }

        var path = name[..^ending.Length];
        var (beginning, component) = Array.Find(
            Beginnings, pair => path.StartsWith(pair.Beginning, StringComparison.Ordinal));
        return new LoraKey(
            component ?? denoiser, LayerOf(path[(beginning?.Length ?? 0)..]), part);
    }

    /// <summary>One spelling of a layer's path for all files and graphs.</summary>
    public static string LayerOf(string path) => path.Trim('/').Replace('/', '_').Replace('.', '_');
}
