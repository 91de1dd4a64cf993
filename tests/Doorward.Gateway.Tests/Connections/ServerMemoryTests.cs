using System.Buffers;
using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tests.Connections;

public class ServerMemoryTests
{
    [Fact]
    public void Lends_no_block_to_two_at_once_even_when_one_is_given_back_twice()
    {
        using var pool = new ServerMemory().Create();
        var first = pool.Rent();
        first.Dispose();
        first.Dispose();
        using var second = pool.Rent();
        using var third = pool.Rent();
        second.Memory.Span.Fill(1);
        third.Memory.Span.Fill(2);
        Assert.Equal(1, second.Memory.Span[0]);
        Assert.Equal(ServerMemory.BlockBytes, second.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ServerMemory.BlockBytes + 1));
    }

    [Fact]
    public void Keeps_little_of_what_a_flood_took()
    {
        using var pool = new ServerMemory().Create();
        var rented = Enumerable.Range(0, 4000).Select(_ => pool.Rent()).ToList();
        var weak = rented.ConvertAll(static block => new WeakReference(block));
        foreach (var block in rented) block.Dispose();
        rented.Clear();
        GC.Collect();
        Assert.InRange(weak.Count(static block => block.IsAlive), 1, 2300);
    }
}
