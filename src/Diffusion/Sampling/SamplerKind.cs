namespace RenderFarm.Diffusion.Sampling;

/// <summary>The rules that are known; each is a scheduler class of diffusers.</summary>
internal enum SamplerKind
{
    FlowEuler,
    FlowHeun,
    Euler,
    EulerAncestral,
    Heun,
    Ddim,
    CogVideoXDdim,
    Ddpm,
    Pndm,
    Lcm,
    Tcd,
    DpmMultistep,
    DpmSinglestep,
    Deis,
    UniPc,
}
