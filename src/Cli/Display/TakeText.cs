using System.Globalization;

namespace RenderFarm.Cli.Display;

/// <summary>Which take was kept, in words.</summary>
internal static class TakeText
{
    /// <summary>
    /// A comma, the take and its score; nothing where no scorer was asked, for then there was one
    /// take only.
    /// </summary>
    public static string Of(int? takeIndex, double? score) => score is { } known
        ? string.Create(
            CultureInfo.InvariantCulture, $", take {(takeIndex ?? 0) + 1} scored {known:0.00}")
        : "";
}
