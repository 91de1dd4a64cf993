using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace Doorward.Agent.People;

/// <summary>
/// Where the browser brings the answer to (RFC 8252 section 7.3): a port of loopback that is free, for as long as one sign-in takes. Only an
/// answer with the state of this sign-in and from this installation ends the wait; whatever else comes there is answered and forgotten.
/// </summary>
internal sealed class LoopbackReturn : IDisposable
{
    private const int LongestHead = 8 * 1024;
    private static readonly TimeSpan s_reading = TimeSpan.FromSeconds(5);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _state;
    private readonly string _issuer;

    public LoopbackReturn(string state, string issuer)
    {
        (_state, _issuer) = (state, issuer);
        _listener.Start();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>The code, or why there is none.</summary>
    public async Task<(string? Code, string? Problem)> WaitAsync(CancellationToken ct)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(ct);
            try
            {
                using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
                late.CancelAfter(s_reading);
                var stream = client.GetStream();
                var answer = Read(await HeadAsync(stream, late.Token));
                await WriteAsync(stream, answer, late.Token);
                if (answer is { } is_) return is_;
            }
            catch (Exception error) when (error is IOException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // Whoever it was is gone.
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private (string? Code, string? Problem)? Read(string head)
    {
        var parts = head.Split("\r\n")[0].Split(' ');
        if (parts is not ["GET", var target, _] || !target.StartsWith("/?", StringComparison.Ordinal)) return null;
        var query = HttpUtility.ParseQueryString(target[2..]);

        // RFC 9207: another issuer's answer is not ours to use.
        if (query["state"] != _state || query["iss"]?.TrimEnd('/') != _issuer) return null;
        return query["code"] is { Length: > 0 } code ? (code, null) : (null, query["error"] switch
        {
            "access_denied" => "you did not allow it",
            "login_required" => "the sign-in is not fresh or strong enough; try again",
            { Length: > 0 and <= 64 } error when error.All(static c => char.IsAsciiLetterLower(c) || c == '_') => $"it was refused ({error})",
            _ => "it was refused",
        });
    }

    private static async Task<string> HeadAsync(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[LongestHead];
        var filled = 0;
        while (filled < buffer.Length && buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), ct);
            if (read == 0) break;
            filled += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, filled);
    }

    private static async Task WriteAsync(NetworkStream stream, (string? Code, string? Problem)? answer, CancellationToken ct)
    {
        var (status, text) = answer switch
        {
            ({ }, _) => ("200 OK", "Signed in. You can close this window and go on in the terminal."),
            (_, { } problem) => ("200 OK", $"Not signed in: {problem}."),
            _ => ("404 Not Found", "Nothing is here."),
        };
        var body = $"<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>doorward-agent</title><p>{text}</p></html>";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
            + $"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}"), ct);
        stream.Socket.Shutdown(SocketShutdown.Send);
    }
}
