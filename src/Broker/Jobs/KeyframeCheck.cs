using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Says what is wrong with the names of shots and with what refers to them.</summary>
internal sealed class KeyframeCheck(Storyboard storyboard, ShotGraph graph, FaultList faults)
{
    public void Run()
    {
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var shot = storyboard.Shots[index];
            CheckId(index, shot.Id);
            CheckKeyframe(shot.StartKeyframe, index, $"$.shots[{index}].startKeyframe");
            CheckKeyframe(shot.EndKeyframe, index, $"$.shots[{index}].endKeyframe");
            CheckSource(shot, index, $"$.shots[{index}].source");
            if (shot is { Mask: not null, StartKeyframe: null })
            {
                faults.Error(
                    "mask-without-start",
                    $"$.shots[{index}].mask",
                    "A mask says where the start keyframe is painted anew; there is none.");
            }

            if (shot is { Loop: true, EndKeyframe: not null })
            {
                faults.Error(
                    "loop-with-end",
                    $"$.shots[{index}].loop",
                    "A loop ends where it starts; it cannot arrive at another frame.");
            }
        }

        var cycle = graph.FindCycle();
        if (cycle.Count > 1)
        {
            var names = cycle.Append(cycle[0]).Select(index => $"'{graph.Ids[index]}'");
            faults.Error(
                "continues-cycle",
                $"$.shots[{cycle[0]}]",
                $"Shots wait for one another: {string.Join(" continues ", names)}.");
        }
    }

    private void CheckId(int index, string? id)
    {
        if (id is not null && !TextRules.IsId(id))
        {
            faults.Error(
                "bad-id",
                $"$.shots[{index}].id",
                $"Expected 1 to 64 of a-z 0-9 -, found '{TextRules.Excerpt(id)}'.");
            return;
        }

        var name = graph.Ids[index];
        var first = graph.IndexOf(name);
        if (first == index)
        {
            return;
        }

        var what = id is null ? "is what this shot is called without an id" : "is taken";
        faults.Error(
            "duplicate-id",
            $"$.shots[{index}].id",
            $"'{name}' {what}, and shot {first + 1} has it too.");
    }

    private void CheckKeyframe(Keyframe? keyframe, int index, string place)
    {
        if (keyframe is null || faults.IsUnreadable($"{place}.image")
            || faults.IsUnreadable($"{place}.continues"))
        {
            return;
        }

        if ((keyframe.Image is null) == (keyframe.Continues is null))
        {
            faults.Error(
                "keyframe-not-one",
                place,
                "A keyframe is either an image or where another shot ended; "
                    + (keyframe.Image is null ? "this is neither." : "this is both."));
            return;
        }

        CheckReference(keyframe.Continues, index, $"{place}.continues");
    }

    private void CheckSource(StoryboardShot shot, int index, string place)
    {
        if (shot.Source is not { } source || faults.IsUnreadable($"{place}.video")
            || faults.IsUnreadable($"{place}.shot"))
        {
            return;
        }

        if (shot.StartKeyframe is not null || shot.EndKeyframe is not null || shot.Loop)
        {
            faults.Error(
                "source-not-alone",
                place,
                "A shot that makes a clip anew follows it; it has no keyframes and no loop.");
        }

        if ((source.Video is null) == (source.Shot is null))
        {
            faults.Error(
                "source-not-one",
                place,
                "A source is either a video or another shot; "
                    + (source.Video is null ? "this is neither." : "this is both."));
            return;
        }

        CheckReference(source.Shot, index, $"{place}.shot");
    }

    private void CheckReference(string? id, int index, string place)
    {
        if (id is null)
        {
            return;
        }

        if (graph.IndexOf(id) is not { } other)
        {
            var hint = Suggestion.For(id, [.. graph.Ids]);
            faults.Error(
                "unknown-shot",
                place,
                $"No shot is called '{TextRules.Excerpt(id)}'.{hint}");
        }
        else if (other == index)
        {
            faults.Error("continues-itself", place, $"Shot '{id}' cannot continue itself.");
        }
    }
}
