using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;

namespace Doorward.Core.Tunnels;

/// <summary>A duplex POST over HTTP/2: what is written goes in the request's body while the response's is read.</summary>
public sealed class TunnelCall : ITunnelCall
{
    private const int Buffer = 64 * 1024;
    private readonly HttpResponseMessage _response;
    private readonly DuplexContent _content;
    private bool _isWhole;

    private TunnelCall(HttpResponseMessage response, DuplexContent content, Stream incoming, Stream outgoing, DataDial? dial)
    {
        (_response, _content, Dial) = (response, content, dial);

        // Without a buffer while nothing comes.
        Incoming = PipeReader.Create(incoming, new StreamPipeReaderOptions(bufferSize: Buffer, minimumReadSize: Buffer / 4, leaveOpen: true, useZeroByteReads: true));
        Outgoing = PipeWriter.Create(outgoing, new StreamPipeWriterOptions(minimumBufferSize: Buffer, leaveOpen: true));
    }

    public PipeReader Incoming { get; }

    public PipeWriter Outgoing { get; }

    public DataDial? Dial { get; }

    /// <summary>
    /// Asks for a stream. Whoever answers flushes: begun alone, an answer of Kestrel's over HTTP/2 does not go out before its first byte. An answer that is none is given back for its problem to be read, and disposed, by the caller. Throws what
    /// <see cref="HttpMessageInvoker.SendAsync"/> throws.
    /// </summary>
    public static async Task<(TunnelCall? Call, HttpResponseMessage? Refusal)> OpenAsync(HttpMessageInvoker http, HttpRequestMessage request, CancellationToken ct, DataDial? dial = null)
    {
        if (dial is not null) request.Headers.Add(DataConnection.Header, "1");
        var content = new DuplexContent();
        (request.Method, request.Content, request.Version, request.VersionPolicy) = (HttpMethod.Post, content, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        // A client of its own accord waits for the whole of an answer.
        var response = http is HttpClient client ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct) : await http.SendAsync(request, ct);
        try
        {
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != TunnelPaths.ContentType)
            {
                content.Complete();
                return (null, response);
            }

            return (new TunnelCall(response, content, await response.Content.ReadAsStreamAsync(ct), await content.Opened.WaitAsync(ct), dial), null);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Both ways are through, or this side closed: when this is disposed, the request's body is ended, and the answer waited for a moment, instead
    /// of broken off. Servers throw away what they have not read yet of a stream that is reset, a last word too.
    /// </summary>
    public void Complete() => _isWhole = true;

    public async ValueTask DisposeAsync()
    {
        if (_isWhole) await FinishAsync();
        await Incoming.CompleteAsync();

        // Not flushed: what is left in it was not sent in time.
        await Outgoing.CompleteAsync(_isWhole ? null : new IOException("broken off"));
        _response.Dispose();
        _content.Complete();
    }

    // A stream that both sides ended is not reset: servers count resets, and take many for an attack.
    private async Task FinishAsync()
    {
        _content.Complete();
        using var late = new CancellationTokenSource(TunnelLeg.LastWord);
        try
        {
            ReadResult result;
            do
            {
                result = await Incoming.ReadAsync(late.Token);
                Incoming.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // Then it is reset.
        }
    }

    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DuplexContent() => Headers.ContentType = new MediaTypeHeaderValue(TunnelPaths.ContentType);

        public Task<Stream> Opened => _opened.Task;

        public void Complete() => _done.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // The headers go now, not with the first byte.
            await stream.FlushAsync(cancellationToken);
            _opened.TrySetResult(stream);
            await _done.Task.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
