using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Doorward.Gateway.Connections;

/// <summary>
/// The blocks that the server reads into and writes from, each as long as a TLS record. Its own are a quarter of that, and every record of a
/// tunnel or a download is handed on in four pieces by each pipe on its way: a third of the gateway's time (docs/performance.md).
/// </summary>
internal sealed class ServerMemory : IMemoryPoolFactory<byte>
{
    /// <summary>RFC 8446 section 5.1.</summary>
    public const int BlockBytes = 16 * 1024;

    private readonly ConcurrentBag<Pool> _pools = [];

    /// <summary>Bytes that connections have in hand.</summary>
    public long InUse => _pools.Sum(static pool => (long)pool.Rented) * BlockBytes;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new Pool();
        _pools.Add(pool);
        return pool;
    }

    private sealed class Pool : MemoryPool<byte>
    {
        // What a flood took is not kept after it.
        private const int Spare = 256;
        private readonly ConcurrentQueue<Block> _free = new();
        private int _rented;
        private int _kept;

        public int Rented => Volatile.Read(ref _rented);

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            Interlocked.Increment(ref _rented);
            if (!_free.TryDequeue(out var block)) return new Block(this);
            Interlocked.Decrement(ref _kept);
            return block.Lend();
        }

        // What is rented still goes on; it is garbage once it is given back.
        protected override void Dispose(bool disposing) => _free.Clear();

        private void Take(Block block)
        {
            if (Interlocked.Increment(ref _kept) <= Interlocked.Decrement(ref _rented) + Spare) _free.Enqueue(block);
            else Interlocked.Decrement(ref _kept);
        }

        private sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
            private int _isLent = 1;

            public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, BlockBytes);

            public Block Lend()
            {
                Volatile.Write(ref _isLent, 1);
                return this;
            }

            // Given back twice it would be lent to two connections at once.
            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isLent, 0) == 1) pool.Take(this);
            }
        }
    }
}
