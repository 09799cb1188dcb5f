using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

public sealed class FlowMatchSettingsTests
{
    [Fact]
    public void Read_MissingKeys_TakesTheDefaultsOfDiffusers()
    {
        var settings = Read("""{"_class_name": "FlowMatchEulerDiscreteScheduler"}""");

        Assert.Equal(new FlowMatchSettings(), settings);
    }

    [Fact]
    public void Read_NullAndUnknownKeys_IgnoresThem()
    {
        var settings = Read(
            """
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0,
             "shift_terminal": null, "max_image_seq_len": 8192, "newer": [1]}
            """);

        var expected = new FlowMatchSettings { Shift = 3, MaxTokenCount = 8192 };
        Assert.Equal(expected, settings);
    }

    [Theory]
    [InlineData("\"_class_name\": \"UniPCMultistepScheduler\"", "UniPCMultistepScheduler")]
    [InlineData(
        "\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"use_karras_sigmas\": true",
        "use_karras_sigmas: expected false, found true")]
    [InlineData(
        "\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": \"3\"",
        "shift: expected a number, found \"3\"")]
    public void Read_AnotherSchedule_SaysWhatWasExpectedAndFound(string body, string message)
    {
        var fault = Assert.Throws<ModelException>(() => Read($"{{{body}}}"));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static FlowMatchSettings Read(string json)
    {
        using var folder = new TemporaryFolder();
        folder.Write("scheduler_config.json", json);
        using var config = new ConfigFile(folder.Open(), "scheduler_config.json");
        return FlowMatchSettings.Read(config);
    }
}
