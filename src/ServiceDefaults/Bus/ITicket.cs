namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>A ticket in hand. Exactly one of the two methods is called, once.</summary>
public interface ITicket
{
    /// <summary>The queue that it came from.</summary>
    string Queue { get; }

    /// <summary>What it says.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>It is dealt with, whatever came of it.</summary>
    Task AcknowledgeAsync(CancellationToken cancellationToken);

    /// <summary>It goes back for somebody else.</summary>
    Task ReturnAsync(CancellationToken cancellationToken);
}
