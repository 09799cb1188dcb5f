using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A graph's inputs and outputs at one shape, allocated once and run many times.</summary>
internal sealed class OnnxBinding(OnnxSession session, OrtIoBinding binding) : IDisposable
{
    private readonly List<(string Name, OnnxTensor Tensor, bool IsConstant)> inputs = [];
    private readonly List<OnnxTensor> outputs = [];
    private readonly List<string> left = [];
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

    /// <summary>An output of any shape that stays where it is computed, for Left.</summary>
    public void Leave(string tensor)
    {
        left.Add(session.NameOf(tensor));
        binding.BindOutputToDevice(left[^1], session.Memory);
    }

    /// <summary>An input that a run of a graph on this device left; its giver keeps it.</summary>
    public void Pass(string tensor, OrtValue value) =>
        binding.BindInput(session.NameOf(tensor), value);

    /// <summary>What the run left, in the order of Leave; the caller disposes of it.</summary>
    public IReadOnlyList<OrtValue> Left()
    {
        var (names, values) = (binding.GetOutputNames(), binding.GetOutputValues());
        var found = names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var name in names.Except(left))
        {
            found[name].Dispose();
        }

        return left.ConvertAll(name => found[name]);
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
