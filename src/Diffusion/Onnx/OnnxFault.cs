using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// Tells ONNX Runtime's faults apart by their text, since it gives them no codes: the one place
/// that reads it. https://github.com/microsoft/onnxruntime/issues/16307
/// </summary>
internal static partial class OnnxFault
{
    // No device has 16 TiB: a request for more comes of a broken shape, not of a small card.
    private const double LargestRequest = 1L << 44;

    /// <summary>The fault in our terms, or null where its text is not known.</summary>
    public static Exception? Translate(OnnxRuntimeException fault, string graph)
    {
        var text = $"{graph}: {fault.Message}";
        if (RequestedSize().Match(fault.Message) is { Success: true } match
            && double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                > LargestRequest)
        {
            return new ModelException(text);
        }

        return OutOfMemory().IsMatch(fault.Message) ? new OutOfDeviceMemoryException(text, fault)
            : StickyDevice().IsMatch(fault.Message)
                ? new DeviceException(text, isProcessLost: true, fault)
            : LostDevice().IsMatch(fault.Message)
                ? new DeviceException(text, isProcessLost: true, fault, isGone: true)
            : NoKernel().IsMatch(fault.Message) ? new DeviceException(text, cause: fault)
            : BadGraph().IsMatch(fault.Message) ? new ModelException(text)
            : null;
    }

    /// <summary>A session was not made because its runs cannot be recorded.</summary>
    public static bool RefusesGraphs(OnnxRuntimeException fault) =>
        fault.Message.Contains(
            "cannot use the graph capture feature", StringComparison.Ordinal);

    [GeneratedRegex(@"requested buffer of size (\d+)")]
    private static partial Regex RequestedSize();

    [GeneratedRegex(
        @"Failed to allocate memory for requested buffer|smaller than requested bytes"
        + @"|CUDA failure 2: |out of memory|cudaErrorMemoryAllocation|STATUS_ALLOC_FAILED"
        + @"|OutOfMemory|std::bad_alloc",
        RegexOptions.IgnoreCase)]
    private static partial Regex OutOfMemory();

    [GeneratedRegex(
        @"CUDA failure (700|701|702|709|710|716|717|718|719|90\d|999)\b|illegal memory access"
        + @"|unspecified launch failure|misaligned address|CUBLAS failure 1[34]\b"
        + @"|CUDNN_STATUS_EXECUTION_FAILED|CUDNN_STATUS_INTERNAL_ERROR",
        RegexOptions.IgnoreCase)]
    private static partial Regex StickyDevice();

    [GeneratedRegex(
        @"CUDA failure (46|79|100|101|802|803|804)\b|GPU is lost",
        RegexOptions.IgnoreCase)]
    private static partial Regex LostDevice();

    [GeneratedRegex(
        @"no kernel image is available|cuDNN is unavailable",
        RegexOptions.IgnoreCase)]
    private static partial Regex NoKernel();

    [GeneratedRegex(
        @"ErrorCode:(InvalidArgument|NoSuchFile|NoModel|InvalidProtobuf|InvalidGraph"
        + @"|NotImplemented)"
        + @"|External data path|is invalid model|Non-zero status code returned while running"
        + @" (Reshape|Slice|Concat|Add|Mul|Expand|Gather|MatMul|Conv)")]
    private static partial Regex BadGraph();
}
