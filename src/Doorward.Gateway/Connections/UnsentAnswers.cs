namespace Doorward.Gateway.Connections;

/// <summary>
/// The streams of one HTTP/2 connection that nobody signed in on, until their answers have left. To the server a request is over once
/// its answer is in the stream's buffer, which takes 4 KB whether or not the client ever opens its window: only the frames that leave
/// tell the end. Used by requests and by the writer of frames at once.
/// </summary>
internal sealed class UnsentAnswers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, AnonymousLimit.Place> _places = [];
    private bool _closed;

    public void Add(int stream, AnonymousLimit.Place place)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _places[stream] = place;
                return;
            }
        }

        place.Dispose();
    }

    /// <summary>The stream has ended, for whatever reason.</summary>
    public void Sent(int stream)
    {
        AnonymousLimit.Place? place;
        lock (_gate) _places.Remove(stream, out place);

        // Not under the lock: whoever is pushed out holds its place while the connection ends, and the end comes here.
        place?.Dispose();
    }

    /// <summary>The connection is over, or somebody answers for it: nothing is counted any more.</summary>
    public void Close()
    {
        AnonymousLimit.Place[] places;
        lock (_gate)
        {
            _closed = true;
            places = [.. _places.Values];
            _places.Clear();
        }

        foreach (var place in places) place.Dispose();
    }
}
