using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>Frames per second as a fraction; written <c>24000/1001</c>, or <c>24</c>.</summary>
[JsonConverter(typeof(JsonForm))]
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    /// <summary>How long that many frames last.</summary>
    public TimeSpan LengthOf(long frameCount) =>
        TimeSpan.FromTicks(frameCount * Denominator * TimeSpan.TicksPerSecond / Numerator);

    /// <summary>How many whole frames fit that length, rounded to the nearest.</summary>
    public long FramesIn(TimeSpan length) =>
        (long)Math.Round((decimal)length.Ticks * Numerator / Denominator / TimeSpan.TicksPerSecond);

    /// <summary>Reads a whole number or a fraction; both parts between 1 and 999999.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FrameRate rate)
    {
        rate = default;
        var parts = text?.Split('/');
        if (parts is not ([{ Length: <= 6 }] or [{ Length: <= 6 }, { Length: <= 6 }])
            || !int.TryParse(
                parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var top))
        {
            return false;
        }

        var bottom = 1;
        if (parts.Length == 2 && !int.TryParse(
            parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bottom))
        {
            return false;
        }

        rate = new FrameRate(top, bottom);
        return top > 0 && bottom > 0;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Numerator}/{Denominator}";

    private sealed class JsonForm : JsonConverter<FrameRate>
    {
        public override FrameRate Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var rate)
                ? rate
                : throw new JsonException("a frame rate is a fraction, as in \"24000/1001\"");

        public override void Write(
            Utf8JsonWriter writer, FrameRate value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
