using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Doorward.Agent.Carrying;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;

namespace Doorward.Agent.Tests.Carrying;

/// <summary>What the agent takes from whoever is on its machine. That tunnels are carried is shown with a whole product.</summary>
public sealed class CarrierSocketTests : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly AgentFolder _folder = new(Directory.CreateTempSubdirectory("doorward-carrier-").FullName);
    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _parts = [];
    private Task _running = Task.CompletedTask;

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"auth":"https://auth.test","kind":"Everything"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"../report","token":"dwt_x"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x\r\nClient-Cert: y"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"Basic x"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x","target":"a:1&target=b:2"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"SshCertificate","application":"db/../../report","body":"AAAA"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Bind"}""")]
    public async Task Asks_nothing_but_what_it_puts_together_itself(string request)
    {
        Start();
        Assert.Equal(CarryProblem.Malformed, (await AskAsync(Encoding.UTF8.GetBytes(request)))?.Problem);
        Assert.Equal(CarryProblem.NoDevice, (await AskAsync("""{"auth":"https://auth.other.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem);
    }

    [Fact]
    public async Task A_request_without_end_and_one_that_does_not_come_are_given_up()
    {
        Start();
        Assert.Equal(CarryProblem.Malformed, (await AskAsync([], length: CarryText.LongestRequest + 1))?.Problem);
        Assert.Equal(CarryProblem.Malformed, (await AskAsync([], length: -1))?.Problem);
        Assert.Null(await AskAsync([1, 2], length: 5));
    }

    [Fact]
    public async Task One_user_has_so_many_at_a_time_and_others_are_served_beside()
    {
        Start();
        var many = new List<Socket>();
        for (var i = 0; i < CarrierSocket.MostOfOne; i++) many.Add(await ConnectAsync());
        try
        {
            Assert.Equal(CarryProblem.Busy, (await AskAsync("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem);
        }
        finally
        {
            foreach (var socket in many) socket.Dispose();
        }

        for (var i = 0; i < 100; i++)
        {
            if ((await AskAsync("""{"auth":"https://auth.other.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem == CarryProblem.NoDevice) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail("nobody is served again");
    }

    [Fact]
    public async Task Whoever_is_not_served_is_told_nothing()
    {
        Start(static _ => false);
        Assert.Null(await AskAsync("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(33, false)]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(60000, true)]
    [InlineData(61184, false)]
    [InlineData(65534, false)]
    [InlineData(1_234_567, true)]
    public void Root_and_people_are_served_and_the_users_of_programs_are_not(uint user, bool isServed) => Assert.Equal(isServed, LocalUser.IsPerson(user));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_parts.Count > 0) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        foreach (var part in _parts) part.Dispose();
        _end.Dispose();
        Directory.Delete(_folder.Location, recursive: true);
    }

    private void Start(Func<uint, bool>? serves = null)
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

    private async Task<Socket> ConnectAsync()
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

    // Null when it is closed without a word.
    private async Task<CarryAnswer?> AskAsync(byte[] request, int? length = null)
    {
        using var socket = await ConnectAsync();
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
