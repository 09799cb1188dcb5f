namespace RenderFarm.Benchmarks.Processes;

/// <summary>The shapes of the films that are rendered.</summary>
internal enum FilmKind
{
    /// <summary>Shots that have nothing to do with each other.</summary>
    Plain,

    /// <summary>Each shot goes on where the one before it ends.</summary>
    Chain,

    /// <summary>Shots alike in everything, and shots of the film before.</summary>
    Shared,

    /// <summary>One shot that takes many steps.</summary>
    Long,

    /// <summary>An earlier film once more, finished or not.</summary>
    Again,
}
