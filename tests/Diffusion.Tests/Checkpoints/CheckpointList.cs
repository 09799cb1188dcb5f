namespace RenderFarm.Diffusion.Tests.Checkpoints;

/// <summary>Takes every checkpoint that is offered, as bytes.</summary>
internal sealed class CheckpointList : ICheckpointSink
{
    public List<(int StepNumber, byte[] Bytes)> All { get; } = [];

    public void Offer(StepProgress step, Func<Checkpoint> take) =>
        All.Add((step.StepNumber, take().ToBytes()));
}
