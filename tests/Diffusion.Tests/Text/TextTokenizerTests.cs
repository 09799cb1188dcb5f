using System.Text.Json;
using RenderFarm.Diffusion.Text;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Text;

/// <summary>
/// Tiny tokenizers against the ids that Hugging Face's tokenizers 0.23.2 (tokenizer.json) and
/// SentencePiece 0.1.97 (spiece.model) gave for the same files.
/// </summary>
public sealed class TextTokenizerTests
{
    private static readonly JsonElement Goldens = ReadGoldens();

    private static readonly string[] Texts =
        [.. Goldens.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

    public static TheoryData<string> Names =>
        [.. Entries().Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_GoldenTexts_GivesTheIdsOfTheReference(string name)
    {
        var entry = Entry(name);
        var tokenizer = Read(entry);
        var expected = entry.GetProperty("ids").EnumerateArray();

        Assert.All(Texts.Zip(expected), golden => Assert.Equal(
            golden.Second.EnumerateArray().Select(id => id.GetInt32()),
            tokenizer.Encode(golden.First)));
    }

    [Fact]
    public void Read_VocabularyAndMerges_IsTheSameClipTokenizer()
    {
        var entry = Entry("clip");
        var model = entry.GetProperty("file").GetProperty("model");
        var merges = model.GetProperty("merges").EnumerateArray().Select(pair => pair.GetString());
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer/vocab.json", model.GetProperty("vocab").GetRawText());
        folder.Write("tokenizer/merges.txt", $"#version: 0.2\n{string.Join('\n', merges)}\n");
        folder.Write("tokenizer/special_tokens_map.json", """{"pad_token": {"content": "!"}}""");

        var tokenizer = TokenizerFolder.Read(folder.Open(), "tokenizer");

        Assert.Equal(77, tokenizer.Length);
        Assert.Equal(model.GetProperty("vocab").GetProperty("!").GetInt32(), tokenizer.PaddingId);
        Assert.All(
            Texts.Zip(entry.GetProperty("ids").EnumerateArray())
                .Where(golden => !golden.First.Contains('!', StringComparison.Ordinal)),
            golden => Assert.Equal(
                golden.Second.EnumerateArray().Select(id => id.GetInt32()),
                tokenizer.Encode(golden.First)));
    }

    [Fact]
    public void Encode_ToALength_CutsTheTextAndKeepsTheEnds()
    {
        var tokenizer = Read(Entry("clip"));
        var whole = tokenizer.Encode("rain over the city at night");

        var cut = tokenizer.Encode("rain over the city at night", 6);
        var padded = tokenizer.Encode("rain over the city at night", whole.Length + 2);

        Assert.Equal([.. whole[..5], whole[^1]], cut.Ids);
        Assert.Equal(6, cut.Count);
        Assert.Equal([.. whole, 0, 0], padded.Ids);
        Assert.Equal(whole.Length, padded.Count);
    }

    [Theory]
    [InlineData("""{"model": {"type": "WordPiece"}}""", "model.type: expected BPE or Unigram")]
    [InlineData(
        """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}""",
        "model.vocab: lacks what a and b make")]
    [InlineData(
        """
        {"normalizer": {"type": "BertNormalizer"},
         "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
        """,
        "found BertNormalizer")]
    [InlineData(
        """
        {"pre_tokenizer": {"type": "BertPreTokenizer"},
         "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
        """,
        "found BertPreTokenizer")]
    [InlineData(
        """{"model": {"type": "Unigram", "vocab": [["a", -1]]}}""",
        "model.unk_id: expected a number")]
    public void Read_WhatThisReaderLacks_SaysWhatWasFound(string json, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer_2/tokenizer.json", json);

        var fault = Assert.Throws<ModelException>(
            () => TokenizerFolder.Read(folder.Open(), "tokenizer_2"));

        Assert.StartsWith("tokenizer_2/tokenizer.json: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoTokenizer_NamesTheFilesThatWouldDo()
    {
        using var folder = new TemporaryFolder();

        var fault = Assert.Throws<ModelException>(
            () => TokenizerFolder.Read(folder.Open(), "tokenizer"));

        Assert.Contains("spiece.model", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x0a, 0x7f, 1 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x12, 0x02, 0x18, 0x02 })]
    public void Read_NoUnigramModel_IsRefusedByName(byte[] file)
    {
        var fault = Assert.Throws<ModelException>(
            () => SentencePieceFile.Read(file, "spiece.model"));

        Assert.StartsWith("spiece.model: ", fault.Message, StringComparison.Ordinal);
    }

    private static TextTokenizer Read(JsonElement entry)
    {
        var (name, file) = (entry.GetProperty("name").GetString()!, entry.GetProperty("file"));
        return file.ValueKind == JsonValueKind.String
            ? SentencePieceFile.Read(file.GetBytesFromBase64(), name)
            : TokenizerJson.Read(file, name);
    }

    private static JsonElement Entry(string name) =>
        Entries().Single(entry => entry.GetProperty("name").GetString() == name);

    private static JsonElement.ArrayEnumerator Entries() =>
        Goldens.GetProperty("tokenizers").EnumerateArray();

    private static JsonElement ReadGoldens()
    {
        var assembly = typeof(TextTokenizerTests).Assembly;
        using var stream = assembly.GetManifestResourceStream("tokenizers.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
