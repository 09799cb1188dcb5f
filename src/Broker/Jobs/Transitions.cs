using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>What the transitions of a screenplay are called, and what they are here.</summary>
internal static class Transitions
{
    /// <summary>The transition of one of our own words.</summary>
    public static TransitionKind KindOf(string word) => word switch
    {
        "crossfade" or "dissolve" => TransitionKind.CrossFade,
        "fade" => TransitionKind.Fade,
        _ => TransitionKind.Cut,
    };

    /// <summary>
    /// Our own word for a screenplay's: <c>DISSOLVE TO:</c> is <c>crossfade</c>, <c>SMASH CUT
    /// TO:</c> is <c>cut</c>. Null when it is not known.
    /// </summary>
    public static string? WordOf(string text)
    {
        var words = text.Trim().TrimEnd(':', '.').ToUpperInvariant();
        return words switch
        {
            "CUT" or "CUT TO" => "cut",
            "DISSOLVE" or "DISSOLVE TO" or "CROSSFADE" or "CROSSFADE TO" => "crossfade",
            "CROSS FADE" or "CROSS FADE TO" or "CROSS DISSOLVE TO" or "LAP DISSOLVE TO" =>
                "crossfade",
            "FADE" or "FADE TO" or "FADE OUT" or "FADE IN" or "FADE TO BLACK" => "fade",
            _ => words.EndsWith(" CUT TO", StringComparison.Ordinal) ? "cut" : null,
        };
    }
}
