using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Carrying;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;

namespace Doorward.Agent.Tests.Carrying;

/// <summary>An agent's socket for people, and people who ask there. Its gateway cannot be reached.</summary>
internal sealed class TestCarrier : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly AgentFolder _folder = new(Directory.CreateTempSubdirectory("doorward-carrier-").FullName);
    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _parts = [];
    private Task _running = Task.CompletedTask;

    public string Path => _folder.PeopleSocket;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_parts.Count > 0) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        foreach (var part in _parts) part.Dispose();
        _end.Dispose();
        Directory.Delete(_folder.Location, recursive: true);
    }

    public void Start(Func<uint, bool>? serves = null)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var record = new AgentRecord
        {
            Device = "dev_1",
            Name = "laptop",
            KeyAssurance = "file",
            Auth = "https://auth.test",
            Agent = "https://agent.test",
            Root = root.ExportCertificatePem(),
            Connect = "127.0.0.1:1",
            Nonce = [],
            Key = new KeyPlace(),
        };
        var key = FileDeviceKey.Create(_folder.KeyFile, "a machine");
        var link = new ControlLink(record, key, TimeProvider.System);
        var connection = new DeviceConnection(record, link);
        _parts.AddRange([connection, link, key]);
        _running = new CarrierSocket(_folder.PeopleSocket, new CarrierDesk(record, connection), TextWriter.Null) { Serves = serves ?? (static _ => true) }.RunAsync(_end.Token);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        for (var tries = 0; ; tries++)
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.PeopleSocket));
                return socket;
            }
            catch (SocketException) when (tries < 100)
            {
                // As many wait as may.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    /// <summary>Null when it is closed without a word.</summary>
    public async Task<CarryAnswer?> AskAsync(byte[] request, int? length = null)
    {
        using var socket = await ConnectAsync();
        return await AskAsync(socket, request, length);
    }

    public static async Task<CarryAnswer?> AskAsync(Socket socket, byte[] request, int? length = null)
    {
        await using var stream = new NetworkStream(socket);
        using var late = new CancellationTokenSource(s_patience);
        try
        {
            var text = new byte[sizeof(int) + request.Length];
            BinaryPrimitives.WriteInt32BigEndian(text, length ?? request.Length);
            request.CopyTo(text, sizeof(int));
            await stream.WriteAsync(text, late.Token);
            return await CarryText.ReadAsync(stream, CarryJson.Default.CarryAnswer, CarryText.LongestAnswer, late.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
