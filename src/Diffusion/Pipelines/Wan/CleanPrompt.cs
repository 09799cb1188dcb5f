using System.Net;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>
/// A prompt as Wan was trained to read it: named characters of HTML spelt out, even where they
/// were named twice, and every run of white space as one space. diffusers: prompt_clean, whose
/// repair of wrongly decoded text is not done here: text arrives as it was written.
/// </summary>
internal static class CleanPrompt
{
    public static string Of(string prompt)
    {
        var text = WebUtility.HtmlDecode(WebUtility.HtmlDecode(prompt));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
