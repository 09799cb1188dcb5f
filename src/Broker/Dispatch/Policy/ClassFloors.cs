namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// What keeps worse classes alive while better ones could use the whole farm: each is owed its part
/// of what goes to better ones, and is served out of turn once it is owed a shot.
/// </summary>
internal static class ClassFloors
{
    /// <summary>Notes what a class was given.</summary>
    public static void Note(IReadOnlyList<ClassLine> classes, ClassLine given, double cost)
    {
        for (var i = (int)given.Class + 1; i < classes.Count; i++)
        {
            var line = classes[i];
            if (line.ReadyCount > 0)
            {
                line.Owed += PolicySettings.FloorOf(line.Class) * cost;
            }
        }
    }
}
