using System.Text.Json;

namespace RenderFarm.Diffusion.Text;

/// <summary>The ids that a tokenizer.json's post-processor puts around those of one text.</summary>
internal static class TokenEnds
{
    public static (int[] First, int[] Last) Read(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return ([], []);
        }

        var type = element.GetProperty("type").GetString();
        return type switch
        {
            "TemplateProcessing" => Template(element),
            "RobertaProcessing" or "BertProcessing" =>
                ([element.GetProperty("cls")[1].GetInt32()],
                [element.GetProperty("sep")[1].GetInt32()]),
            "ByteLevel" => ([], []),
            "Sequence" => Sequence(element.GetProperty("processors")),
            _ => throw new ModelException(
                "post_processor: expected TemplateProcessing, RobertaProcessing, BertProcessing, "
                + $"ByteLevel or Sequence, found {type}."),
        };
    }

    private static (int[] First, int[] Last) Sequence(JsonElement processors)
    {
        var (first, last) = (Array.Empty<int>(), Array.Empty<int>());
        foreach (var processor in processors.EnumerateArray())
        {
            var (before, after) = Read(processor);
            (first, last) = ([.. before, .. first], [.. last, .. after]);
        }

        return (first, last);
    }

    private static (int[] First, int[] Last) Template(JsonElement template)
    {
        var specials = template.GetProperty("special_tokens");
        List<int> first = [];
        List<int> last = [];
        var textCount = 0;
        foreach (var part in template.GetProperty("single").EnumerateArray())
        {
            if (part.TryGetProperty("Sequence", out _))
            {
                textCount++;
                continue;
            }

            var name = part.GetProperty("SpecialToken").GetProperty("id").GetString()!;
            var ids = specials.GetProperty(name).GetProperty("ids");
            (textCount == 0 ? first : last).AddRange(
                ids.EnumerateArray().Select(id => id.GetInt32()));
        }

        return textCount == 1
            ? ([.. first], [.. last])
            : throw new ModelException($"single: expected the text once, found {textCount} times.");
    }
}
