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

        if (keyframe.Continues is not { } id)
        {
            return;
        }

        if (graph.IndexOf(id) is not { } other)
        {
            var hint = Suggestion.For(id, [.. graph.Ids]);
            faults.Error(
                "unknown-shot",
                $"{place}.continues",
                $"No shot is called '{TextRules.Excerpt(id)}'.{hint}");
        }
        else if (other == index)
        {
            faults.Error(
                "continues-itself", $"{place}.continues", $"Shot '{id}' cannot continue itself.");
        }
    }
}
