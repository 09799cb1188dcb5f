using RenderFarm.Diffusion.Onnx.Graphs;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Lora;

/// <summary>What a LoRA adds to one weight: https://arxiv.org/abs/2106.09685.</summary>
/// <param name="Weight">The weight, [out, in, ...].</param>
/// <param name="IsTransposed">It is [in, out] instead.</param>
/// <param name="File">Where the two factors are.</param>
/// <param name="Down">The one, [rank, in, ...].</param>
/// <param name="Up">The other, [out, rank, ...].</param>
/// <param name="Alpha">What the change is multiplied by, times rank; null for the rank.</param>
/// <param name="Strength">What it is multiplied by beside that.</param>
internal sealed record LoraChange(
    GraphWeight Weight,
    bool IsTransposed,
    SafetensorsFile File,
    string Down,
    string Up,
    string? Alpha,
    double Strength)
{
    /// <summary>What does not fit together, or null.</summary>
    public string? Fault()
    {
        var (down, up) = (File.SizesOf(Down), File.SizesOf(Up));
        var (outs, ins) = Sizes();
        var (rank, found) = (down.Count > 0 ? down[0] : 0, Product(down.Skip(1)));
        return !RealType.IsKnown(Weight.Type) || Weight.ByteCount > Array.MaxLength
            ? $"{Weight.Name}: expected a weight of fp32, fp16 or bf16, found {Weight.Type}"
            : Weight.Offset is null && Weight.External is null
                ? $"{Weight.Name}: expected a weight as bytes, found a list of numbers"
            : Alpha is not null && Product(File.SizesOf(Alpha)) != 1
                ? $"{Alpha}: expected one number, found {Product(File.SizesOf(Alpha))}"
            : found == ins && up.Count > 1 && up[0] == outs && Product(up) == outs * rank
                ? null
                : $"{Down}: expected factors of {outs} from {ins} values, found "
                    + $"[{string.Join(", ", up)}] and [{string.Join(", ", down)}]";
    }

    /// <summary>Adds strength * alpha / rank * up * down.</summary>
    public void AddTo(float[] weight)
    {
        var (down, up) = (File.Values(Down), File.Values(Up));
        var (outs, ins) = ((int)Sizes().Outs, (int)Sizes().Ins);
        var rank = down.Length / ins;
        var alpha = Alpha is null ? rank : File.Values(Alpha)[0];
        var factor = Strength * alpha / rank;
        var row = new float[ins];
        for (var to = 0; to < outs; to++)
        {
            Array.Clear(row);
            for (var i = 0; i < rank; i++)
            {
                Blend.Add(row, factor * up[(to * rank) + i], down.AsSpan(i * ins, ins));
            }

            if (!IsTransposed)
            {
                Blend.Add(weight.AsSpan(to * ins, ins), 1, row);
                continue;
            }

            for (var from = 0; from < ins; from++)
            {
                weight[(from * outs) + to] += row[from];
            }
        }
    }

    private (long Outs, long Ins) Sizes() => IsTransposed
        ? (Product(Weight.Sizes.Skip(1)), Product(Weight.Sizes.Take(1)))
        : (Product(Weight.Sizes.Take(1)), Product(Weight.Sizes.Skip(1)));

    private static long Product(IEnumerable<long> sizes) =>
        sizes.Aggregate(1L, (product, size) => product * size);
}
