using System.Text.Json;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Text;

/// <summary>Against the ids that the tokenizer of the training script gave.</summary>
public sealed class PlainTokenizerTests
{
    private const string Path = "tokenizer/tokenizer.json";

    private static readonly PackageFolder Folder = PackageFolder.Open(FlipbookPackage.Folder);
    private static readonly PromptTokenizer Tokenizer = Open(Folder);

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

    // What models/flipbook/tokenizer.py gives for the texts that all tokenizers are held against.
    [Fact]
    public void Encode_OddTexts_GivesTheIdsOfTraining()
    {
        using var texts = ReadResource("tokenizers.json");
        using var golden = ReadResource("flipbook-ids.json");
        var pairs = texts.RootElement.GetProperty("texts").EnumerateArray()
            .Zip(golden.RootElement.EnumerateArray());

        Assert.All(pairs, pair =>
        {
            var tokens = Tokenizer.Encode(pair.First.GetString()!);
            Assert.Equal(
                pair.Second.EnumerateArray().Select(id => id.GetInt32()),
                tokens.Ids[..tokens.Count]);
        });
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
    [InlineData("normalizer", """{"type": "BertNormalizer"}""", "found BertNormalizer")]
    [InlineData("truncation", "null", "expected a length to truncate to, found none")]
    [InlineData(
        "model",
        """{"type": "BPE", "vocab": {"!": 0}, "merges": []}""",
        "expected every byte, found none for")]
    public void Open_WhatDoesNotFit_SaysWhatWasFound(string part, string text, string message)
    {
        using var folder = new TemporaryFolder();
        var file = JsonDocument.Parse(Folder.ReadText(Path)).RootElement;
        var entries = file.EnumerateObject().Select(entry =>
            $"\"{entry.Name}\": " + (entry.Name == part ? text : entry.Value.GetRawText()));
        folder.Write(Path, $"{{{string.Join(",", entries)}}}");

        var fault = Assert.Throws<ModelException>(() => Open(folder.Open()));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyFile_SaysWhichFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write(Path, "{}");

        var fault = Assert.Throws<ModelException>(() => Open(folder.Open()));

        Assert.StartsWith(
            "tokenizer/tokenizer.json: ", fault.Message, StringComparison.Ordinal);
    }

    private static JsonDocument ReadResource(string name)
    {
        using var stream =
            typeof(PlainTokenizerTests).Assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream);
    }

    private static PromptTokenizer Open(PackageFolder folder) =>
        PromptTokenizer.OpenPlain(folder, "tokenizer");
}
