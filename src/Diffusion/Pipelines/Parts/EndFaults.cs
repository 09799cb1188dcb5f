namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>What a model cannot do with the pictures at the ends of a clip, or without.</summary>
internal static class EndFaults
{
    private const string Start = "start-frame";
    private const string End = "end-frame";
    private const string Both = "start-and-end-frame";
    private const string Mask = "mask";

    public static IEnumerable<string> Of(VideoRequest request, IReadOnlyList<string> tasks)
    {
        var (start, end) = (request.StartImage is not null, request.EndImage is not null);
        bool Can(params string[] any) => any.Any(tasks.Contains);
        return new[]
        {
            start && !Can(Start, Both, Mask)
                ? "StartImage: expected none, since the model takes none"
                : null,
            start && request.Mask is null && Can(Mask) && !Can(Start)
                ? "Mask: expected one, since the model paints within it, found none"
                : null,
            end && !Can(End, Both) ? "EndImage: expected none, since the model takes none" : null,
            !start && request.Source.Count == 0 && !Can("text-to-video") && !(end && Can(End))
                ? "StartImage: expected one, since the model begins with it, found none"
                : null,
            start && !end && Can(Both) && !Can(Start, Mask)
                ? "EndImage: expected one, since the model ends with it, found none"
                : null,
            end && !start && !Can(End) ? "EndImage: expected none without StartImage" : null,
            end && start && Can(End) && !Can(Both)
                ? "EndImage: expected none beside StartImage"
                : null,
        }.OfType<string>();
    }
}
