namespace RenderFarm.Broker.Jobs;

/// <summary>What a file that a film refers to is for.</summary>
internal enum InputKind
{
    Image,
    Sound,
    Video,
}
