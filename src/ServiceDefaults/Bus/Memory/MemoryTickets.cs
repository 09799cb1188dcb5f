namespace RenderFarm.ServiceDefaults.Bus.Memory;

/// <summary>Tickets of one process. They end with it, and its Broker issues them again.</summary>
internal sealed class MemoryTickets : ITicketQueue
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedList<ReadOnlyMemory<byte>>> queues = [];
    private readonly LinkedList<Waiter> waiters = [];

    public Task PublishAsync(
        string queue,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        // The publisher may use its buffer again.
        Put(queue, body.ToArray(), first: false);
        return Task.CompletedTask;
    }

    public async Task<ITicket> TakeAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Waiter> waiter;
        lock (gate)
        {
            foreach (var queue in queues)
            {
                if (this.queues.TryGetValue(queue, out var bodies) && bodies.First is { } body)
                {
                    bodies.RemoveFirst();
                    return new Ticket(this, queue, body.Value);
                }
            }

            waiter = waiters.AddLast(new Waiter([.. queues]));
        }

        await using var canceled = cancellationToken.Register(() =>
        {
            lock (gate)
            {
                // No longer in the list: it has its ticket already, and keeps it.
                if (waiter.List is null)
                {
                    return;
                }

                waiters.Remove(waiter);
            }

            waiter.Value.Taken.TrySetCanceled(cancellationToken);
        });
        return await waiter.Value.Taken.Task;
    }

    private void Put(string queue, ReadOnlyMemory<byte> body, bool first)
    {
        lock (gate)
        {
            for (var waiter = waiters.First; waiter is not null; waiter = waiter.Next)
            {
                if (waiter.Value.Queues.Contains(queue))
                {
                    waiters.Remove(waiter);
                    waiter.Value.Taken.SetResult(new Ticket(this, queue, body));
                    return;
                }
            }

            if (!queues.TryGetValue(queue, out var bodies))
            {
                queues.Add(queue, bodies = []);
            }

            _ = first ? bodies.AddFirst(body) : bodies.AddLast(body);
        }
    }

    private sealed record Waiter(HashSet<string> Queues)
    {
        // Its continuation must not run under the lock.
        public TaskCompletionSource<ITicket> Taken { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Ticket(
        MemoryTickets owner, string queue, ReadOnlyMemory<byte> body) : ITicket
    {
        public string Queue => queue;

        public ReadOnlyMemory<byte> Body => body;

        public Task AcknowledgeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReturnAsync(CancellationToken cancellationToken)
        {
            owner.Put(queue, body, first: true);
            return Task.CompletedTask;
        }
    }
}
