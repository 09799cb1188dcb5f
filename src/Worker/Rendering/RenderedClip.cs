using RenderFarm.Media;

namespace RenderFarm.Worker.Rendering;

/// <summary>A clip in the scratch folder, checked, and what it took.</summary>
/// <param name="File">The clip and its last frame.</param>
/// <param name="Rendering">Time in the pipeline.</param>
/// <param name="Encoding">From the pipeline's last frame to the checked file.</param>
internal sealed record RenderedClip(ClipFile File, TimeSpan Rendering, TimeSpan Encoding);
