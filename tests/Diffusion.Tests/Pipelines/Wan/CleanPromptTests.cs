using RenderFarm.Diffusion.Pipelines.Wan;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Wan;

public sealed class CleanPromptTests
{
    [Theory]
    [InlineData("a red ball", "a red ball")]
    [InlineData("  a \t red\n\nball ", "a red ball")]
    [InlineData("salt &amp; pepper", "salt & pepper")]
    [InlineData("salt &amp;amp; pepper &amp;lt;3", "salt & pepper <3")]
    [InlineData("a\u00a0ball", "a ball")]
    [InlineData("", "")]
    public void Of_Prompt_HasPlainCharactersAndSingleSpaces(string prompt, string expected) =>
        Assert.Equal(expected, CleanPrompt.Of(prompt));
}
