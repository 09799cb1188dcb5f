using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>
/// A denoiser's graph, with nothing between it and ONNX Runtime: the peer of the loop. Its inputs
/// are the loop's own, at the same addresses in every run.
/// </summary>
internal sealed class BareDenoiser : IDisposable
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly RunOptions options = new();
    private readonly List<OnnxTensor> tensors = [];
    private readonly int runCount;
    private readonly int latentLength;

    /// <param name="path">The graph.</param>
    /// <param name="device">Sets the session up as the loop's is.</param>
    /// <param name="runCount">How often a step of the loop runs it.</param>
    /// <param name="constants">What it is told at every step alike; whole shapes.</param>
    /// <param name="hiddenShape">Of hidden_states, whose items begin with latents.</param>
    /// <param name="shape">Of the latents.</param>
    public BareDenoiser(
        string path,
        OnnxDevice device,
        int runCount,
        IReadOnlyList<ConstantInput> constants,
        long[] hiddenShape,
        LatentShape shape)
    {
        (this.runCount, latentLength) = (runCount, shape.Length);
        using var settings = device.CreateSessionOptions();
        session = new InferenceSession(path, settings);
        binding = session.CreateIoBinding();
        Input("hidden_states", hiddenShape);
        Input("timestep", [hiddenShape[0]]);
        foreach (var constant in constants)
        {
            constant.Values.CopyTo(Input(constant.Name, constant.Shape).Values, 0);
        }

        var (name, output) = session.OutputMetadata.Single();
        tensors.Add(OnnxTensor.Create(
            output.ElementDataType, shape.Batch((int)hiddenShape[0], shape.ChannelCount)));
        binding.BindOutput(name, tensors[^1].Value);
        tensors.ForEach(tensor => tensor.Give());
    }

    private OnnxTensor Hidden => tensors[0];

    private OnnxTensor Timesteps => tensors[1];

    /// <summary>Runs the graph as often as a step does.</summary>
    /// <returns>The time inside ONNX Runtime.</returns>
    public TimeSpan Run(ReadOnlySpan<float> latents, double timestep)
    {
        var itemLength = Hidden.Values.Length / Timesteps.Values.Length;
        for (var item = 0; item < Timesteps.Values.Length; item++)
        {
            latents[..latentLength].CopyTo(Hidden.Values.AsSpan(item * itemLength));
        }

        Timesteps.Values.AsSpan().Fill((float)timestep);
        Hidden.Give();
        Timesteps.Give();
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < runCount; run++)
        {
            session.RunWithBinding(options, binding);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose()
    {
        tensors.ForEach(tensor => tensor.Dispose());
        binding.Dispose();
        options.Dispose();
        session.Dispose();
    }

    private OnnxTensor Input(string name, long[] shape)
    {
        var tensor = OnnxTensor.Create(session.InputMetadata[name].ElementDataType, shape);
        tensors.Add(tensor);
        binding.BindInput(name, tensor.Value);
        return tensor;
    }
}
