using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A graph's inputs and outputs at one shape, allocated once and run many times.</summary>
internal sealed class OnnxBinding(OnnxSession session, OrtIoBinding binding) : IDisposable
{
    private readonly List<BoundTensor> inputs = [];
    private readonly List<BoundTensor> outputs = [];
    private readonly RunOptions options = new();
    private bool isBound;

    /// <param name="tensor">The signature's name.</param>
    /// <param name="isConstant">Is written before the first run, and never again.</param>
    /// <param name="shape">The size along each axis.</param>
    public float[] Input(string tensor, bool isConstant, params long[] shape)
    {
        inputs.Add(session.CreateTensor(tensor, isConstant, shape));
        return inputs[^1].Values;
    }

    public float[] Output(string tensor, params long[] shape)
    {
        outputs.Add(session.CreateTensor(tensor, isConstant: false, shape));
        return outputs[^1].Values;
    }

    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            Give();
            session.Run(binding, options, cancellationToken);
            foreach (var tensor in outputs)
            {
                tensor.Take();
            }
        }
        catch (OnnxRuntimeException fault)
            when (OnnxFault.Translate(fault, session.Path) is { } known)
        {
            throw known;
        }
    }

    public void Dispose()
    {
        binding.Dispose();
        options.Dispose();
        inputs.ForEach(input => input.Dispose());
        outputs.ForEach(output => output.Dispose());
    }

    private void Give()
    {
        if (!isBound)
        {
            inputs.ForEach(input => input.Reserve());
            outputs.ForEach(output => output.Reserve());
            outputs.ForEach(output => output.BindOutput(binding));
        }

        foreach (var input in inputs)
        {
            if (isBound && input.IsConstant)
            {
                continue;
            }

            input.Give();

            // The CPU reads bound arrays in place; a GPU copies those that have no address there
            // when they are bound.
            if (!isBound || (session.IsGpu && !input.HasPlace))
            {
                input.BindInput(binding);
            }
        }

        isBound = true;
    }
}
