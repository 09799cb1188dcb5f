using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// A tensor as both sides see it: fp32 here, and in the graph whatever its metadata says. Ids and
/// masks travel as fp32 too, which holds every whole number below 16 million.
/// </summary>
internal abstract class OnnxTensor(float[] values) : IDisposable
{
    /// <summary>The values on this side, in row-major order.</summary>
    public float[] Values => values;

    public abstract OrtValue Value { get; }

    public static OnnxTensor Create(TensorElementType type, long[] shape)
    {
        var length = shape.Aggregate(1L, (product, size) => checked(product * size));
        var values = new float[length];
        return type switch
        {
            TensorElementType.Float => new SameTensor(values, shape),
            TensorElementType.Float16 => new CastTensor<Float16>(
                values, shape, real => (Float16)real, cast => (float)cast),
            TensorElementType.BFloat16 => new CastTensor<BFloat16>(
                values, shape, real => (BFloat16)real, cast => (float)cast),
            TensorElementType.Double => new CastTensor<double>(
                values, shape, real => real, cast => (float)cast),
            TensorElementType.Int64 => new CastTensor<long>(
                values, shape, real => (long)real, cast => cast),
            TensorElementType.Int32 => new CastTensor<int>(
                values, shape, real => (int)real, cast => cast),
            TensorElementType.Bool => new CastTensor<bool>(
                values, shape, real => real != 0, cast => cast ? 1 : 0),
            _ => throw new ModelException($"Expected a number type, found {type}."),
        };
    }

    /// <summary>Brings the values to the graph's side, before a run.</summary>
    public abstract void Give();

    /// <summary>Brings the graph's values to this side, after a run.</summary>
    public abstract void Take();

    public void Dispose() => Value.Dispose();

    private sealed class SameTensor(float[] values, long[] shape) : OnnxTensor(values)
    {
        public override OrtValue Value { get; } =
            OrtValue.CreateTensorValueFromMemory(values, shape);

        public override void Give()
        {
        }

        public override void Take()
        {
        }
    }

    private sealed class CastTensor<T> : OnnxTensor
        where T : unmanaged
    {
        private readonly T[] there;
        private readonly Func<float, T> give;
        private readonly Func<T, float> take;

        public CastTensor(float[] values, long[] shape, Func<float, T> give, Func<T, float> take)
            : base(values)
        {
            (this.give, this.take) = (give, take);
            there = new T[values.Length];
            Value = OrtValue.CreateTensorValueFromMemory(there, shape);
        }

        public override OrtValue Value { get; }

        public override void Give()
        {
            for (var i = 0; i < there.Length; i++)
            {
                there[i] = give(Values[i]);
            }
        }

        public override void Take()
        {
            for (var i = 0; i < there.Length; i++)
            {
                Values[i] = take(there[i]);
            }
        }
    }
}
