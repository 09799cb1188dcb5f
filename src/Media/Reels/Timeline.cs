using System.Text.Json.Nodes;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Media.Reels;

/// <summary>The cut as an OpenTimelineIO document, for editors.</summary>
/// <remarks>
/// OpenTimelineIO lets clips meet at one point and a transition reach over it into footage that the
/// clips do not show. A cross-fade of n frames therefore takes half of n off each clip's visible
/// run: the sum of the runs is the length of the film. It knows no fade to black: that is an
/// effect.
/// </remarks>
internal static class Timeline
{
    /// <summary>Writes the document.</summary>
    /// <param name="cut">The film.</param>
    /// <param name="seeds">Seeds by clip, in film order; null where a clip does not say.</param>
    public static string Write(CutList cut, IReadOnlyList<long?> seeds)
    {
        var video = new JsonArray();
        foreach (var (index, entry) in cut.Entries.Index())
        {
            video.Add(Clip(cut, index, seeds[index]));
            if (entry.Transition.Kind == TransitionKind.CrossFade)
            {
                var (before, after) = Halves(entry.Transition);
                video.Add(Node("Transition.1", "cross-fade", new()
                {
                    ["transition_type"] = "SMPTE_Dissolve",
                    ["in_offset"] = Time(cut, before),
                    ["out_offset"] = Time(cut, after),
                }));
            }
        }

        var tracks = new JsonArray { Track("Video", video) };
        if (cut.SoundtrackSha256 is { } sound)
        {
            tracks.Add(Track("Audio", [Footage(
                cut, "soundtrack", $"inputs/{sound}", (0, cut.FrameCount), cut.FrameCount)]));
        }

        var stack = Item("Stack.1", "tracks");
        stack["children"] = tracks;
        var timeline = Node("Timeline.1", cut.Title ?? "", new()
        {
            ["global_start_time"] = Time(cut, 0),
            ["tracks"] = stack,
        });
        timeline["metadata"] = new JsonObject
        {
            ["renderfarm"] = new JsonObject
            {
                ["digitalSourceType"] = Slate.TrainedAlgorithmicMedia,
                ["frameRate"] = $"{cut.FrameRate}",
                ["frameSize"] = $"{cut.Size}",
            },
        };
        return timeline.ToJsonString(Contracts.FarmJson.Indented);
    }

    private static JsonObject Clip(CutList cut, int index, long? seed)
    {
        var entry = cut.Entries[index];
        var previous = index == 0 ? Transition.Cut : cut.Entries[index - 1].Transition;
        var first = Halves(previous).Before;
        var end = entry.FrameCount() - Halves(entry.Transition).After;
        var clip = Footage(
            cut, entry.ShotId, entry.Clip?.ObjectKey, (first, end), entry.FrameCount());
        var facts = new JsonObject { ["prompt"] = entry.Prompt };
        if (entry.Clip is { } accepted)
        {
            facts["renderKey"] = accepted.RenderKey;
            facts["attemptId"] = accepted.AttemptId;
            facts["sha256"] = accepted.Sha256;
            facts["seed"] = seed;
        }

        clip["metadata"] = new JsonObject { ["renderfarm"] = facts };
        var effects = new JsonArray();
        AddFade(effects, "FadeIn", previous);
        AddFade(effects, "FadeOut", entry.Transition);
        clip["effects"] = effects;
        return clip;
    }

    /// <summary>Footage in the object store; without a name there it is missing.</summary>
    private static JsonObject Footage(
        CutList cut, string name, string? url, (int First, int End) shown, int available)
    {
        var fields = new Dictionary<string, JsonNode?>();
        if (url is not null)
        {
            fields["target_url"] = url;
        }

        fields["available_range"] = Range(cut, 0, available);
        fields["available_image_bounds"] = null;
        var clip = Item("Clip.2", name);
        clip["source_range"] = Range(cut, shown.First, shown.End);
        clip["active_media_reference_key"] = "DEFAULT_MEDIA";
        clip["media_references"] = new JsonObject
        {
            ["DEFAULT_MEDIA"] = Node(
                url is null ? "MissingReference.1" : "ExternalReference.1", name, fields),
        };
        return clip;
    }

    private static void AddFade(JsonArray effects, string effect, Transition transition)
    {
        if (transition.Kind == TransitionKind.Fade)
        {
            var node = Node("Effect.1", effect, new() { ["effect_name"] = effect });
            node["metadata"] = new JsonObject
            {
                ["renderfarm"] = new JsonObject { ["frameCount"] = transition.FrameCount },
            };
            effects.Add(node);
        }
    }

    /// <summary>Frames of a cross-fade before and after the point where the clips meet.</summary>
    private static (int Before, int After) Halves(Transition transition) =>
        transition.Kind == TransitionKind.CrossFade
            ? (transition.FrameCount / 2, transition.FrameCount - (transition.FrameCount / 2))
            : (0, 0);

    private static JsonObject Track(string kind, JsonArray children)
    {
        var track = Item("Track.1", kind);
        track["kind"] = kind;
        track["children"] = children;
        return track;
    }

    private static JsonObject Item(string schema, string name) => Node(schema, name, new()
    {
        ["source_range"] = null,
        ["effects"] = new JsonArray(),
        ["markers"] = new JsonArray(),
        ["enabled"] = true,
    });

    private static JsonObject Node(
        string schema, string name, Dictionary<string, JsonNode?> fields) =>
        new(fields.Prepend(new("metadata", new JsonObject())).Prepend(new("name", name))
            .Prepend(new("OTIO_SCHEMA", schema)));

    private static JsonObject Range(CutList cut, int first, int end) => new()
    {
        ["OTIO_SCHEMA"] = "TimeRange.1",
        ["start_time"] = Time(cut, first),
        ["duration"] = Time(cut, end - first),
    };

    private static JsonObject Time(CutList cut, int frameCount) => new()
    {
        ["OTIO_SCHEMA"] = "RationalTime.1",
        ["rate"] = (double)cut.FrameRate.Numerator / cut.FrameRate.Denominator,
        ["value"] = (double)frameCount,
    };
}
