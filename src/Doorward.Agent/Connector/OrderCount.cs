namespace Doorward.Agent.Connector;

/// <summary>How many orders are carried out that came in a span of time, and before it.</summary>
internal sealed class OrderCount(OrderCount? before = null)
{
    private int _now;

    public OrderCount? Before => before;

    public int Now => Volatile.Read(ref _now);

    public void Add(int orders) => Interlocked.Add(ref _now, orders);
}
