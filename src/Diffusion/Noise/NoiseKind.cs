namespace RenderFarm.Diffusion.Noise;

/// <summary>Whose normal values a seed stands for.</summary>
internal enum NoiseKind
{
    /// <summary>torch.randn with a generator on the CPU, as diffusers recommends.</summary>
    TorchCpu,

    /// <summary>torch.randn with a generator on a CUDA device.</summary>
    TorchCuda,

    /// <summary>Our own, of seed and position alone: the state is one number.</summary>
    Counter,
}
