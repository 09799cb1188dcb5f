using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A graph's inputs and outputs at one shape, allocated once and run many times.</summary>
internal sealed class OnnxBinding(OnnxSession session, OrtIoBinding binding) : IDisposable
{
    private readonly List<(string Name, OnnxTensor Tensor, bool IsConstant)> inputs = [];
    private readonly List<OnnxTensor> outputs = [];
    private readonly RunOptions options = new();
    private bool isBound;

    /// <param name="tensor">The signature's name.</param>
    /// <param name="isConstant">Is written before the first run, and never again.</param>
    /// <param name="shape">The size along each axis.</param>
    public float[] Input(string tensor, bool isConstant, params long[] shape)
    {
        var created = session.CreateTensor(tensor, shape);
        inputs.Add((session.NameOf(tensor), created, isConstant));
        return created.Values;
    }

    public float[] Output(string tensor, params long[] shape)
    {
        var created = session.CreateTensor(tensor, shape);
        outputs.Add(created);
        binding.BindOutput(session.NameOf(tensor), created.Value);
        return created.Values;
    }

    public void Run(CancellationToken cancellationToken)
    {
        foreach (var (name, tensor, isConstant) in inputs)
        {
            if (isBound && isConstant)
            {
                continue;
            }

            tensor.Give();

            // The CPU reads bound arrays in place; a GPU copied them when they were bound.
            if (!isBound || session.IsGpu)
            {
                binding.BindInput(name, tensor.Value);
            }
        }

        isBound = true;
        session.Run(binding, options, cancellationToken);
        foreach (var tensor in outputs)
        {
            tensor.Take();
        }
    }

    public void Dispose()
    {
        binding.Dispose();
        options.Dispose();
        inputs.ForEach(input => input.Tensor.Dispose());
        outputs.ForEach(output => output.Dispose());
    }
}
