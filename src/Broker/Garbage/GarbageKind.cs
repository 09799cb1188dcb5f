namespace RenderFarm.Broker.Garbage;

/// <summary>Why something is garbage; the names are those of the metric.</summary>
internal enum GarbageKind
{
    /// <summary>A file of an attempt that was not accepted.</summary>
    Attempt = 0,

    /// <summary>A checkpoint that nobody will resume from.</summary>
    Checkpoint,

    /// <summary>A file of a stitch attempt that is not the film.</summary>
    Stitch,

    /// <summary>An accepted clip of which no job knows.</summary>
    Clip,

    /// <summary>An image or sound of which no job knows.</summary>
    Input,

    /// <summary>An object of a job whose time is over.</summary>
    Job,

    /// <summary>An upload that never ended.</summary>
    Upload,

    /// <summary>The state of a job that ended long ago.</summary>
    State,
}
