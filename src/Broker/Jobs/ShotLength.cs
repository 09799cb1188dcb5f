using System.Globalization;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>
/// A shot's length as it is written: seconds as in <c>2s</c>, or frames as in <c>17f</c>.
/// </summary>
internal readonly record struct ShotLength
{
    public const string Expected = "seconds as in \"2s\" or \"1.5s\", or frames as in \"17f\"";

    private const int MaxTextLength = 16;

    private TimeSpan? Time { get; init; }

    private int FrameCount { get; init; }

    public static bool TryParse(string text, out ShotLength length)
    {
        length = default;
        if (text.Length is < 2 or > MaxTextLength)
        {
            return false;
        }

        var number = text[..^1];
        if (text[^1] == 'f')
        {
            var whole = int.TryParse(
                number, NumberStyles.None, CultureInfo.InvariantCulture, out var frames);
            length = new ShotLength { FrameCount = frames };
            return whole && frames > 0;
        }

        var sound = decimal.TryParse(
            number,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var seconds);
        if (text[^1] != 's' || !sound || seconds is <= 0 or > 100_000)
        {
            return false;
        }

        length = new ShotLength
        {
            Time = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)),
        };
        return true;
    }

    /// <summary>
    /// How many frames that is at a rate: the nearest whole number, at least one.
    /// </summary>
    public long FramesAt(FrameRate rate) =>
        Time is { } time ? Math.Max(1, rate.FramesIn(time)) : FrameCount;
}
