using System.Text.Json.Nodes;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Reels;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class TimelineTests
{
    [Fact]
    public void Timeline_OfCuts_NamesEveryClipAndItsFootage()
    {
        var cut = Cut((17, Transition.Cut), (33, Transition.Cut)) with
        {
            FrameRate = new FrameRate(24000, 1001),
        };

        var document = JsonNode.Parse(Timeline.Write(cut, [7, null]))!;

        Assert.Equal("Timeline.1", (string?)document["OTIO_SCHEMA"]);
        Assert.Equal("Stack.1", (string?)document["tracks"]!["OTIO_SCHEMA"]);
        var track = document["tracks"]!["children"]!.AsArray().Single()!;
        Assert.Equal(("Track.1", "Video"), ((string?)track["OTIO_SCHEMA"], (string?)track["kind"]));
        var clip = track["children"]![0]!;
        Assert.Equal("Clip.2", (string?)clip["OTIO_SCHEMA"]);
        var reference = clip["media_references"]!["DEFAULT_MEDIA"]!;
        Assert.Equal("ExternalReference.1", (string?)reference["OTIO_SCHEMA"]);
        Assert.Equal("t/acme/clips/shot-0/attempt.mp4", (string?)reference["target_url"]);
        Assert.Equal((0, 17), Run(clip["source_range"]!));
        Assert.Equal(
            24000.0 / 1001, (double)clip["source_range"]!["duration"]!["rate"]!);
        Assert.Equal(7, (long)clip["metadata"]!["renderfarm"]!["seed"]!);
        Assert.Equal(
            new string('a', 64), (string?)clip["metadata"]!["renderfarm"]!["renderKey"]);
    }

    [Fact]
    public void Timeline_WithACrossFade_IsAsLongAsTheFilm()
    {
        var cut = Cut((17, Studio.CrossFade(5)), (33, Studio.Fade(4)), (9, Transition.Cut));

        var document = JsonNode.Parse(Timeline.Write(cut, [1, 2, 3]))!;

        var items = document["tracks"]!["children"]![0]!["children"]!.AsArray();
        Assert.Equal(
            ["Clip.2", "Transition.1", "Clip.2", "Clip.2"],
            items.Select(item => (string?)item!["OTIO_SCHEMA"]));
        var runs = items.Where(item => (string?)item!["OTIO_SCHEMA"] == "Clip.2")
            .Select(item => Run(item!["source_range"]!)).ToList();
        Assert.Equal(cut.FrameCount, runs.Sum(run => run.Duration));

        // The transition reaches into footage that exists: the five mixed frames of each clip.
        var transition = items[1]!;
        var before = (int)(double)transition["in_offset"]!["value"]!;
        var after = (int)(double)transition["out_offset"]!["value"]!;
        Assert.Equal(5, before + after);
        Assert.Equal(17, runs[0].Start + runs[0].Duration + after);
        Assert.Equal(0, runs[1].Start - before);
        Assert.Equal(["FadeOut"], Effects(items[2]!));
        Assert.Equal(["FadeIn"], Effects(items[3]!));
    }

    [Fact]
    public void Timeline_WithASoundtrack_HasAnAudioTrack()
    {
        var cut = Cut((17, Transition.Cut)) with { SoundtrackSha256 = "cafe" };

        var document = JsonNode.Parse(Timeline.Write(cut, [1]))!;

        var track = document["tracks"]!["children"]![1]!;
        Assert.Equal("Audio", (string?)track["kind"]);
        Assert.Equal(
            "inputs/cafe",
            (string?)track["children"]![0]!["media_references"]!["DEFAULT_MEDIA"]!["target_url"]);
    }

    private static CutList Cut(params (int FrameCount, Transition Transition)[] shots) =>
        Studio.Cut([.. shots.Select((shot, index) => Studio.Entry(
            new ClipFile
            {
                Path = "",
                LastFramePath = "",
                Sha256 = "",
                ByteCount = 0,
                FrameCount = shot.FrameCount,
            },
            $"shot-{index}", shot.Transition))]);

    private static (int Start, int Duration) Run(JsonNode range) =>
        ((int)(double)range["start_time"]!["value"]!, (int)(double)range["duration"]!["value"]!);

    private static IEnumerable<string?> Effects(JsonNode clip) =>
        clip["effects"]!.AsArray().Select(effect => (string?)effect!["effect_name"]);
}
