using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>A graph's inputs and outputs at one shape, allocated once and run many times.</summary>
internal sealed class OnnxBinding(OnnxSession session, OrtIoBinding binding) : IDisposable
{
    private readonly List<BoundTensor> inputs = [];
    private readonly List<BoundTensor> outputs = [];
    private readonly List<string> left = [];
    private readonly RunOptions options = new();
    private DeviceGraph? graph;
    private int graphId;
    private bool isBound;
    private bool isPassed;
    private OnnxBinding? wider;

    private IEnumerable<BoundTensor> Tensors => inputs.Concat(outputs);

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

    /// <summary>An output of any shape that stays where it is computed, for Left.</summary>
    public void Leave(string tensor)
    {
        left.Add(session.NameOf(tensor));
        binding.BindOutputToDevice(left[^1], session.OutputPlace);
    }

    /// <summary>An input that a run of a graph on this device left; its giver keeps it.</summary>
    public void Pass(string tensor, OrtValue value)
    {
        binding.BindInput(session.NameOf(tensor), value);
        isPassed = true;
    }

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

    /// <summary>
    /// Runs the graph. Where half precision does not hold what comes of finite inputs, that run is
    /// made once more in single; each run for itself, so that a clip that is gone on with from a
    /// checkpoint is the same clip.
    /// </summary>
    public void Run(CancellationToken cancellationToken)
    {
        RunOnce(cancellationToken);
        if (outputs.Exists(output => !Finite.IsAll(output.Values))
            && inputs.TrueForAll(input => Finite.IsAll(input.Values)))
        {
            RunWider(cancellationToken);
        }
    }

    private void RunOnce(CancellationToken cancellationToken)
    {
        try
        {
            Give();
            cancellationToken.ThrowIfCancellationRequested();
            var used = graph;
            Name(used);

            // What a run that fails leaves recorded is a part of it: nobody gets that again.
            graph = null;
            session.Run(binding, options, cancellationToken);
            graph = used;
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
        wider?.Dispose();
        binding.Dispose();
        options.Dispose();
        if (graph is not null)
        {
            session.Graphs!.Return(
                graph with { Places = [.. Tensors.Select(tensor => tensor.Leave())] });
        }

        inputs.ForEach(input => input.Dispose());
        outputs.ForEach(output => output.Dispose());
    }

    private void RunWider(CancellationToken cancellationToken)
    {
        // What stays on the device has the type that the graph has it in.
        if (isPassed || left.Count > 0 || session.Wider is not { } single)
        {
            return;
        }

        try
        {
            wider ??= Alike(single);
            foreach (var (here, there) in inputs.Zip(wider.inputs))
            {
                here.Values.CopyTo(there.Values, 0);
            }

            wider.RunOnce(cancellationToken);
            foreach (var (here, there) in outputs.Zip(wider.outputs))
            {
                there.Values.CopyTo(here.Values, 0);
            }
        }
        catch (OutOfDeviceMemoryException)
        {
            // There is no room for both: what the first run gave is known to be no clip.
        }
    }

    /// <summary>Tensors of another network's, the same as these.</summary>
    private OnnxBinding Alike(OnnxSession other)
    {
        var alike = other.Bind();
        inputs.ForEach(input => alike.Input(input.Tensor, input.IsConstant, input.Shape));
        outputs.ForEach(output => alike.Output(output.Tensor, output.Shape));
        return alike;
    }

    private void Give()
    {
        if (!isBound)
        {
            Reserve();
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

    /// <summary>Tells the provider which graph a run is; else it records one for all.</summary>
    private void Name(DeviceGraph? used)
    {
        var id = used?.Id ?? DeviceGraph.NoId;
        if (session.Graphs is not null && graphId != id)
        {
            graphId = id;
            options.AddRunConfigEntry("gpu_graph_id", $"{id}");
        }
    }

    private void Reserve()
    {
        var shapes = string.Join(' ', Tensors.Select(tensor => tensor.Key));
        var found = session.Graphs?.Take(shapes);
        foreach (var (index, tensor) in Tensors.Index())
        {
            tensor.Reserve(found?.Places.ElementAtOrDefault(index));
        }

        graph = found;
    }
}
