namespace Doorward.Gateway.Connections;

/// <summary>
/// So many of what nobody answers for: whoever comes when it is full pushes out who has been there longest. A flood therefore pushes
/// out itself, and somebody who has just come, and is soon done, gets in. Refusing the newest would let a flood keep everybody out.
/// </summary>
internal sealed class AnonymousLimit(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Place> _places = [];

    public int Count
    {
        get { lock (_gate) return _places.Count; }
    }

    /// <param name="leave">Ends the newcomer should it be pushed out. Never runs once its place has been disposed.</param>
    public Place Enter(Action leave)
    {
        var place = new Place(this, leave);
        Place? oldest = null;
        lock (_gate)
        {
            _places.AddLast(place.Node);
            if (_places.Count > most)
            {
                oldest = _places.First!.Value;
                _places.RemoveFirst();
            }
        }

        oldest?.PushOut();
        return place;
    }

    private void Remove(LinkedListNode<Place> node)
    {
        lock (_gate)
        {
            if (node.List is not null) _places.Remove(node);
        }
    }

    /// <summary>Disposed when it is over, or when it is known who it is.</summary>
    internal sealed class Place : IDisposable
    {
        private readonly AnonymousLimit _limit;
        private readonly Lock _gate = new();
        private Action? _leave;

        public Place(AnonymousLimit limit, Action leave)
        {
            _limit = limit;
            _leave = leave;
            Node = new LinkedListNode<Place>(this);
        }

        public LinkedListNode<Place> Node { get; }

        // Under the lock, so that what is to be ended cannot be over, and its context a stranger's, in between.
        public void PushOut()
        {
            lock (_gate)
            {
                _leave?.Invoke();
                _leave = null;
            }
        }

        public void Dispose()
        {
            if (Volatile.Read(ref _leave) is null) return;
            lock (_gate) _leave = null;
            _limit.Remove(Node);
        }
    }
}
