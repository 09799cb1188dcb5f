namespace RenderFarm.Benchmarks.Processes;

/// <summary>What the services stand on.</summary>
internal enum FarmServer
{
    Rabbit,
    Redis,
    S3,
}
