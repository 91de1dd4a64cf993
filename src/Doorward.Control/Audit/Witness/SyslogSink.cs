using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Doorward.Control.Audit.Notes;

namespace Doorward.Control.Audit.Witness;

/// <summary>Sends checkpoints as RFC 5424 messages, to the Unix datagram socket of the system's log or over UDP.</summary>
internal sealed class SyslogSink(Uri address, TimeProvider time) : ICheckpointSink
{
    // Facility 13 (log audit), severity 5 (notice): RFC 5424 section 6.2.1.
    private const int Priority = (13 * 8) + 5;

    public string Name => "syslog";

    public async Task SendAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var unix = address.Scheme == "unix";
        using var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
            : new Socket(SocketType.Dgram, ProtocolType.Udp);
        if (unix)
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken);
        }
        else
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        }

        await socket.SendAsync(Encoding.UTF8.GetBytes(Format(checkpoint)), SocketFlags.None, cancellationToken);
    }

    // A message is one line, so the note goes in base64: decoded, it is a checkpoint file for the verifier.
    private string Format(SignedCheckpoint checkpoint)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return $"<{Priority}>1 {now} {Environment.MachineName} doorward {Environment.ProcessId} audit-checkpoint - "
            + $"size={checkpoint.Content.Size} root={Convert.ToBase64String(checkpoint.Content.Root)} note={Convert.ToBase64String(checkpoint.Note)}";
    }
}
