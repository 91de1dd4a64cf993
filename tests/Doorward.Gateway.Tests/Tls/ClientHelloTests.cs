using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using CsCheck;
using Doorward.Gateway.Tls;

namespace Doorward.Gateway.Tests.Tls;

/// <summary>Names of clients by their handshakes: first messages of real TLS clients, and bytes of anybody's.</summary>
public sealed class ClientHelloTests
{
    [Fact]
    public async Task One_kind_of_client_is_alike_whatever_host_and_protocol_it_asks_for_and_another_is_not()
    {
        var first = await NameAsync("wiki.example.org", [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(32, first.Length);
        Assert.Equal(first, await NameAsync("a-much-longer-name-than-that.example.org", [SslApplicationProtocol.Http11]));
        Assert.Equal(first, await NameAsync("wiki.example.org", []));
        Assert.NotEqual(first, await NameAsync("wiki.example.org", [], SslProtocols.Tls13));
        if (!OperatingSystem.IsWindows())
            Assert.NotEqual(first, await NameAsync("wiki.example.org", [], suites: [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]));
    }

    [Fact]
    public void Order_of_extensions_reserved_values_and_what_only_this_connection_says_change_nothing()
    {
        var plain = Hello([0x1301, 0x1302], [(10, [0, 4, 0, 29, 0, 23]), (13, [0, 2, 4, 3]), (43, [2, 3, 4])]);
        Assert.Equal(32, plain.Length);
        Assert.Equal(plain, Hello([0x0A0A, 0x1302, 0x1301], [(43, [4, 0x1A, 0x1A, 3, 4]), (0x2A2A, [0]), (13, [0, 2, 4, 3]), (10, [0, 6, 0x3A, 0x3A, 0, 29, 0, 23]), (0, [1]), (41, [9, 9]), (21, new byte[200])]));
        Assert.NotEqual(plain, Hello([0x1301, 0x1302, 0x1303], [(10, [0, 4, 0, 29, 0, 23]), (13, [0, 2, 4, 3]), (43, [2, 3, 4])]));
        Assert.NotEqual(plain, Hello([0x1301, 0x1302], [(10, [0, 4, 0, 23, 0, 29]), (13, [0, 2, 4, 3]), (43, [2, 3, 4])]));
        Assert.NotEqual(plain, Hello([0x1301, 0x1302], [(10, [0, 4, 0, 29, 0, 23]), (13, [0, 2, 4, 3]), (43, [2, 3, 4]), (23, [])]));
    }

    [Fact]
    public void What_is_cut_short_or_no_handshake_is_unknown_and_nothing_reads_past_the_end()
    {
        var whole = Record([0x1301], [(10, [0, 2, 0, 29])]);
        Assert.Equal(32, ClientHello.Of(whole).Name.Length);
        for (var length = 0; length < whole.Length; length++) Assert.Equal("", ClientHello.Of(whole.AsSpan(0, length)).Name);
        Gen.Byte.Array[0, 200].Sample(bytes => ClientHello.Of(bytes).Name.Length is 0 or 32);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            byte[] altered = [.. whole];
            foreach (var (at, value) in changes) altered[at] = value;
            return ClientHello.Of(altered).Name.Length is 0 or 32;
        });
    }

    private static string Hello(int[] suites, (int Kind, byte[] Content)[] extensions) => ClientHello.Of(Record(suites, extensions)).Name;

    private static byte[] Record(int[] suites, (int Kind, byte[] Content)[] extensions)
    {
        byte[] listed = [.. extensions.SelectMany(static one => (byte[])[.. Two(one.Kind), .. Two(one.Content.Length), .. one.Content])];
        byte[] hello = [3, 3, .. new byte[32], 0, .. Two(suites.Length * 2), .. suites.SelectMany(Two), 1, 0, .. Two(listed.Length), .. listed];
        return [22, 3, 1, .. Two(hello.Length + 4), 1, 0, .. Two(hello.Length), .. hello];
    }

    private static byte[] Two(int value) => [(byte)(value >> 8), (byte)value];

    private static async Task<string> NameAsync(string host, List<SslApplicationProtocol> protocols, SslProtocols versions = SslProtocols.None, TlsCipherSuite[]? suites = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var server = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = protocols, EnabledSslProtocols = versions };
        if (suites is not null && !OperatingSystem.IsWindows()) options.CipherSuitesPolicy = new CipherSuitesPolicy(suites);
        using var ending = new CancellationTokenSource();
        var handshake = tls.AuthenticateAsClientAsync(options, ending.Token);
        var record = new byte[16 * 1024];
        var read = 0;
        while (ClientHello.LengthOf(record.AsSpan(0, read)) is not { } length || read < length) read += await server.GetStream().ReadAsync(record.AsMemory(read));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        return ClientHello.Of(record.AsSpan(0, read)).Name;
    }
}
