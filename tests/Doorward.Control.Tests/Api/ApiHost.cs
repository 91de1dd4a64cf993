using System.Buffers.Text;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;

namespace Doorward.Control.Tests.Api;

/// <summary>A running control plane with its API, called over the real socket and over the real TLS of a gateway.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private const string Kid = "test-key";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestGateway? _gateway;

    private ApiHost(TestControlPlane control)
    {
        Control = control;
        Local = LocalClient(control);
    }

    /// <summary>Calls as the owner of the machine, on the socket in the data directory.</summary>
    public static HttpClient LocalClient(TestControlPlane control) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) => await DialAsync(control.Data.Socket, ct),
        // Who asks before sending a body waits for the answer, however slow the machine is.
        Expect100ContinueTimeout = TimeSpan.FromMinutes(1),
    })
    {
        BaseAddress = new Uri("http://localhost/api/v1/"),
    };

    public TestControlPlane Control { get; }

    /// <summary>Calls as the owner of the machine.</summary>
    public HttpClient Local { get; }

    public static async Task<ApiHost> StartAsync(Action<WebApplication>? extend = null, string? ownGateway = null) =>
        new(await TestControlPlane.StartAsync(extend: extend, ownGateway: ownGateway));

    /// <summary>Somebody in a group, signed in, and their way through the gateway.</summary>
    public async Task<HttpClient> PersonAsync(string name, string? group, int assurance = 2)
    {
        var user = await AddAsync(name, group);
        var session = await Control.Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = assurance, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None);
        return await ThroughGatewayAsync(await AssertAsync(session!.Session.Id));
    }

    public async Task<User> AddAsync(string name, string? group)
    {
        var user = await Control.AddUserAsync(name);
        if (group is null) return user;
        var current = JsonDocument.Parse(await Local.GetStringAsync($"groups/{group}")).RootElement.GetProperty("spec");
        var members = current.TryGetProperty("members", out var list) ? list.EnumerateArray().Select(m => m.GetString()!).ToList() : [];
        var put = await Local.PutAsJsonAsync($"groups/{group}", new { spec = new { members = members.Append(name) } });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        return user;
    }

    /// <summary>An assertion as a gateway makes it, but for what a test changes.</summary>
    public async Task<string> AssertAsync(string session, Action<Dictionary<string, object>>? claims = null, string header = """{"alg":"ES256","typ":"JWT","kid":"test-key"}""")
    {
        await RegisterKeyAsync();
        var now = TimeProvider.System.GetUtcNow();
        var payload = new Dictionary<string, object>
        {
            ["iss"] = $"https://auth.{TestInstallation.Domain}:8443",
            ["aud"] = "console",
            ["sub"] = "x",
            ["sid"] = session,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddSeconds(60).ToUnixTimeSeconds(),
        };
        claims?.Invoke(payload);
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{input}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";
    }

    public async Task<HttpClient> ThroughGatewayAsync(string? assertion)
    {
        _gateway ??= await Control.JoinAsync();
        var client = new HttpClient(TestGateway.Handler(TestGateway.Ca(Control), _gateway.Certificate)) { BaseAddress = new Uri(Control.Address, "/api/v1/") };
        client.DefaultRequestHeaders.Host = $"console.{TestInstallation.Domain}:8443";
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        if (assertion is not null) client.DefaultRequestHeaders.Add("Doorward-Assertion", assertion);
        return client;
    }

    /// <summary>The audit log as it is exported, line by line.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditAsync() =>
        [.. (await Local.GetStringAsync("audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public async ValueTask DisposeAsync()
    {
        Local.Dispose();
        _gateway?.Dispose();
        _key.Dispose();
        await Control.DisposeAsync();
    }

    private async Task RegisterKeyAsync()
    {
        _gateway ??= await Control.JoinAsync();
        await using var db = Control.Open();
        if (db.AssertionKeys.Any()) return;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        db.AssertionKeys.Add(new AssertionKey
        {
            Kid = Kid,
            Gateway = "edge",
            X = Base64Url.EncodeToString(point.X),
            Y = Base64Url.EncodeToString(point.Y),
            NotAfter = TimeProvider.System.GetUtcNow().AddHours(1),
        });
        await db.SaveChangesAsync();
    }

    private static async Task<Stream> DialAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
