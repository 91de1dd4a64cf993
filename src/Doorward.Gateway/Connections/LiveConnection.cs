using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Connections;

internal enum ConnectionKind { Request, EventStream, WebSocket, Upgraded, Tunnel }

/// <summary>What can be ended in words.</summary>
internal interface IEndsInWords
{
    /// <summary>Starts the end and returns at once; whoever does not listen is reset in a moment.</summary>
    void BeginClose(CutReason reason);
}

/// <summary>
/// One request in progress that a grant can cut, from any thread, at any moment. It outlives its request: Kestrel pools
/// <see cref="HttpContext"/>s, and a grant that kept one could abort a stranger's request. So the context is held only until
/// <see cref="Dispose"/>, which waits for a cut under way.
/// </summary>
internal sealed class LiveConnection : IDisposable
{
    // RFC 9113 section 7.
    private const int Http2Cancel = 8;

    private readonly Lock _gate = new();
    private HttpContext? _context;
    private IEndsInWords? _speaker;
    private CancellationTokenSource? _ended;
    private CutReason? _cut;
    private string? _id;
    private long _bytesIn;
    private long _bytesOut;

    public LiveConnection(HttpContext context, string method, string path, string address, DateTimeOffset opened)
    {
        _context = context;
        Method = method;
        Path = path;
        Address = address;
        Opened = opened;
    }

    /// <summary>Made when first asked for: most requests end before anybody does.</summary>
    public ConnectionId Id => new(_id ?? Interlocked.CompareExchange(ref _id, ConnectionId.New().Value, null) ?? _id);

    public ConnectionKind Kind { get; internal set; }

    public string Method { get; }

    /// <summary>The canonical path, without query.</summary>
    public string Path { get; }

    public string Address { get; }

    public DateTimeOffset Opened { get; }

    /// <summary>Body bytes from the client.</summary>
    public long BytesIn => Interlocked.Read(ref _bytesIn);

    /// <summary>Body bytes to the client.</summary>
    public long BytesOut => Interlocked.Read(ref _bytesOut);

    public bool IsOpen
    {
        get { lock (_gate) return _context is not null && _cut is null; }
    }

    /// <summary>Why it was cut; null while it is open or when it ended by itself.</summary>
    public CutReason? WasCut
    {
        get { lock (_gate) return _cut; }
    }

    /// <summary>Ends the connection now. False when it had already ended or been cut.</summary>
    public bool Cut(CutReason reason)
    {
        lock (_gate)
        {
            if (_context is null || _cut is not null) return false;
            _cut = reason;
            if (_speaker is { } speaker) speaker.BeginClose(reason);
            else Abort(_context);
            return true;
        }
    }

    /// <summary>The request is over; nothing touches its context any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _context = null;
            _speaker = null;
            _ended?.Dispose();
            _ended = null;
        }
    }

    /// <summary>Cancelled when a WebSocket's cut is through and the copying must end; other connections are aborted, which ends it too.</summary>
    internal CancellationToken Ended { get; private set; }

    /// <summary>Announces that this will become a WebSocket, before the forwarder is given <see cref="Ended"/>.</summary>
    internal void ExpectWebSocket()
    {
        _ended = new CancellationTokenSource();
        Ended = _ended.Token;
    }

    /// <summary>From now on a cut ends this in words. False when a cut came first: the stream must not be used.</summary>
    internal bool Follow(IEndsInWords speaker)
    {
        lock (_gate)
        {
            if (_context is null || _cut is not null) return false;
            _speaker = speaker;
            return true;
        }
    }

    /// <summary>Ends the connection without a word: the peer does not read, or the protocol has none.</summary>
    internal void Reset()
    {
        lock (_gate)
        {
            if (_context is { } context) Abort(context);
        }
    }

    internal void EndCopying()
    {
        lock (_gate) _ended?.CancelAsync();
    }

    internal void CountIn(long bytes) => Interlocked.Add(ref _bytesIn, bytes);

    internal void CountOut(long bytes) => Interlocked.Add(ref _bytesOut, bytes);

    // Abort() on HTTP/2 would blame us with INTERNAL_ERROR; CANCEL says that the stream is no longer wanted.
    internal static void Abort(HttpContext context)
    {
        if (context.Features.Get<IHttpResetFeature>() is { } http2) http2.Reset(Http2Cancel);
        else context.Abort();
    }
}
