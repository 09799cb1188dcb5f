using System.Text.Json;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Text;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Text;

/// <summary>Against the ids that the tokenizer of the training script gave.</summary>
public sealed class BpeTokenizerTests
{
    private static readonly PackageFolder Folder = PackageFolder.Open(FlipbookPackage.Folder);
    private static readonly BpeTokenizer Tokenizer = TokenizerFile.Read(Folder);

    [Fact]
    public void Encode_GoldenTexts_GivesTheIdsOfTraining()
    {
        using var golden = Folder.ReadJson("golden/golden.json");
        var texts = golden.RootElement.GetProperty("tokens").EnumerateArray().ToList();

        Assert.NotEmpty(texts);
        Assert.All(texts, golden => Assert.Equal(
            golden.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()),
            Tokenizer.Encode(golden.GetProperty("text").GetString()!).Ids));
    }

    [Fact]
    public void Encode_EmptyText_IsTheTwoEndsAndPadding()
    {
        var tokens = Tokenizer.Encode("");

        Assert.Equal([1, 2, 0], tokens.Ids[..3]);
        Assert.Equal(2, tokens.Count);
        Assert.Equal(48, tokens.Ids.Length);
    }

    [Fact]
    public void Encode_LongText_IsCutAndStillEnds()
    {
        var tokens = Tokenizer.Encode(string.Concat(Enumerable.Repeat("rain 1 ", 100)));

        Assert.Equal(48, tokens.Count);
        Assert.Equal(2, tokens.Ids[47]);
        Assert.DoesNotContain(0, tokens.Ids);
    }

    [Fact]
    public void Encode_SpecialTokenInText_IsText()
    {
        var tokens = Tokenizer.Encode("</s><pad>");

        Assert.True(tokens.Count > 4);
        Assert.DoesNotContain(2, tokens.Ids[1..(tokens.Count - 1)]);
    }

    [Fact]
    public void Encode_LetterAndCombiningMark_IsOneLetter()
    {
        var composed = Tokenizer.Encode("caf\u00e9 vi\u1ec7t");

        Assert.Equal(composed.Ids, Tokenizer.Encode("cafe\u0301 vie\u0323\u0302t").Ids);
    }

    [Theory]
    [InlineData("""{"type": "BertNormalizer"}""", "found BertNormalizer")]
    [InlineData(
        """{"type": "Replace", "pattern": {"Regex": "a+"}, "content": ""}""",
        @"expected \s+, found a+")]
    public void Read_UnknownNormalizer_SaysWhatWasFound(string normalizer, string message)
    {
        using var folder = new TemporaryFolder();
        var file = JsonDocument.Parse(Folder.ReadText(TokenizerFile.Path)).RootElement;
        var entries = file.EnumerateObject().Select(entry =>
            $"\"{entry.Name}\": "
            + (entry.Name == "normalizer" ? normalizer : entry.Value.GetRawText()));
        folder.Write(TokenizerFile.Path, $"{{{string.Join(",", entries)}}}");

        var fault = Assert.Throws<ModelException>(() => TokenizerFile.Read(folder.Open()));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoTokenizer_SaysSo()
    {
        using var folder = new TemporaryFolder();
        folder.Write(TokenizerFile.Path, "{}");

        var fault = Assert.Throws<ModelException>(() => TokenizerFile.Read(folder.Open()));

        Assert.StartsWith(
            "tokenizer/tokenizer.json: not a byte-level BPE",
            fault.Message,
            StringComparison.Ordinal);
    }
}
