using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>Width and height of a frame in pixels; written <c>160x96</c>.</summary>
[JsonConverter(typeof(JsonForm))]
public readonly record struct FrameSize(int Width, int Height)
{
    /// <summary>How many pixels a frame has.</summary>
    public long PixelCount => (long)Width * Height;

    /// <summary>Reads <c>WIDTHxHEIGHT</c>, both between 1 and 99999.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FrameSize size)
    {
        size = default;
        var parts = text?.Split('x');
        if (parts is not [{ Length: <= 5 } left, { Length: <= 5 } right]
            || !int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            || !int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            || width == 0 || height == 0)
        {
            return false;
        }

        size = new FrameSize(width, height);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Width}x{Height}";

    private sealed class JsonForm : JsonConverter<FrameSize>
    {
        public override FrameSize Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var size)
                ? size
                : throw new JsonException("a frame size is written WIDTHxHEIGHT, as in \"160x96\"");

        public override void Write(
            Utf8JsonWriter writer, FrameSize value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
