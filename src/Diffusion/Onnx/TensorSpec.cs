using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A tensor that a pipeline gives to a graph, or takes from it.</summary>
/// <param name="Name">The name that exporters use most.</param>
/// <param name="IsWhole">Holds whole numbers; otherwise real ones.</param>
/// <param name="Dimensions">The size along each axis; -1 where any is right.</param>
internal sealed record TensorSpec(string Name, bool IsWhole, params int[] Dimensions)
{
    /// <summary>Other names that exporters give it.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>A graph may do without it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Exporters give it whole or real numbers, on no axis, one or two.</summary>
    public bool IsLoose { get; init; }

    /// <summary>A loose one that a cast to whole numbers would spoil.</summary>
    public bool IsFine { get; init; }

    public bool Answers(string name) => name == Name || Synonyms.Contains(name);

    /// <summary>The type can be cast, and every axis that both fix has one size.</summary>
    public bool Fits(NodeMetadata found) =>
        found.IsTensor && (IsLoose ? FitsLoosely(found) : FitsExactly(found));

    public override string ToString() => IsLoose
        ? $"{(IsFine ? "real" : "whole or real")}, of two axes at most"
        : $"{(IsWhole ? "whole" : "real")} [{Axes(Dimensions)}]";

    public static string Describe(NodeMetadata found) =>
        found.IsTensor ? $"{found.ElementDataType} [{Axes(found.Dimensions)}]" : "no tensor";

    private bool FitsLoosely(NodeMetadata found) =>
        found.Dimensions.Length <= 2
        && ((IsWholeType(found.ElementDataType) && !IsFine)
            || IsRealType(found.ElementDataType));

    private bool FitsExactly(NodeMetadata found) =>
        (IsWhole ? IsWholeType(found.ElementDataType) : IsRealType(found.ElementDataType))
        && found.Dimensions.Length == Dimensions.Length
        && found.Dimensions.Zip(Dimensions).All(pair =>
            pair.First < 0 || pair.Second < 0 || pair.First == pair.Second);

    private static string Axes(IEnumerable<int> sizes) =>
        string.Join(", ", sizes.Select(size => size < 0 ? "?" : $"{size}"));

    private static bool IsWholeType(TensorElementType type) =>
        type is TensorElementType.Int32 or TensorElementType.Int64 or TensorElementType.Bool;

    private static bool IsRealType(TensorElementType type) =>
        type is TensorElementType.Float or TensorElementType.Float16
            or TensorElementType.BFloat16 or TensorElementType.Double;
}
