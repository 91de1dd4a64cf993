using System.Text;

namespace Doorward.Agent.Asking;

/// <summary>The two halves of one exchange on a connection: reads no more than a request may have, writes one answer.</summary>
internal sealed class PageStream(Stream stream)
{
    private readonly byte[] _buffer = new byte[PageRequest.LongestHead + PageRequest.LongestBody];
    private int _filled;
    private int _bodyAt;

    /// <summary>Null when what came is no request.</summary>
    public async Task<PageRequest?> ReadHeadAsync(CancellationToken ct)
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                _bodyAt = end + 4;
                return PageRequest.Parse(_buffer.AsSpan(0, end));
            }

            if (_filled > PageRequest.LongestHead || !await FillAsync(ct)) return null;
        }
    }

    /// <summary>Null when it does not come whole. What comes behind it is never read.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(int length, CancellationToken ct)
    {
        while (_filled < _bodyAt + length)
        {
            if (!await FillAsync(ct)) return null;
        }

        return _buffer.AsMemory(_bodyAt, length);
    }

    public async Task WriteAsync(int status, string words, string fields, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var head = $"HTTP/1.1 {status} {words}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nVary: Origin\r\nConnection: close\r\n{fields}\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body.Span], ct);
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        if (_filled == _buffer.Length) return false;
        var read = await stream.ReadAsync(_buffer.AsMemory(_filled), ct);
        _filled += read;
        return read > 0;
    }
}
