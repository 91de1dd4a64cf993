using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Doorward.Agent.Tests.Posture;
using Doorward.EndToEnd.Tests.Devices;
using Doorward.EndToEnd.Tests.Namespaces;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>
/// Four machines (network namespaces): Alice's laptop, which is enrolled; the installation's; a connector's, to which nobody may begin anything;
/// and the server behind that, with OpenSSH, PostgreSQL, a web application and one that speaks of bytes. Started once for all who test here.
/// </summary>
[CollectionDefinition(nameof(PrivateSite))]
public sealed class PrivateSite : IAsyncLifetime, ICollectionFixture<PrivateSite>
{
    private const string Web = SiteDocuments.Web;
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-site-").FullName;
    private PostgresServer? _postgres;
    private Upstream? _web;
    private Relay? _browsers;
    private ChildProcess? _device;

    /// <summary>Why there can be none here, in words; null when there can.</summary>
    public static string? Missing { get; } = NetworkNamespace.Missing
        ?? (File.Exists(SshServer.Program) ? null : "no sshd on this machine")
        ?? (PostgresServer.Programs is null ? "no PostgreSQL on this machine" : null);

    internal PrivateNetwork Network { get; private set; } = null!;

    public ApartProduct Product { get; private set; } = null!;

    public LocalApi Api => Product.Api;

    public ChildProcess? Connector { get; private set; }

    internal SshServer Ssh { get; private set; } = null!;

    internal PostgresServer Postgres => _postgres!;

    internal ByteServer Bytes { get; private set; } = null!;

    internal FixtureTree Laptop { get; private set; } = null!;

    /// <summary>On her own laptop: its device speaks for both of her sessions.</summary>
    internal Commuter Alice { get; private set; } = null!;

    /// <summary>For whom no device speaks. Reaches the two applications that do not ask for it.</summary>
    internal Commuter Bob { get; private set; } = null!;

    /// <summary>A configuration of ssh that people print, for <c>ssh server</c>.</summary>
    internal string SshConfig { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        Network = new PrivateNetwork(ApartProduct.Domain, Web);
        var postgres = PostgresServer.StartAsync(Network.Server, PrivateNetwork.ServerAddress);
        Ssh = new SshServer(Network.Server, PrivateNetwork.ServerAddress, SiteDocuments.SshPort);
        var bytes = Network.Server.Inside(static () => new TcpListener(PrivateNetwork.At(PrivateNetwork.ServerAddress, SiteDocuments.BytesPort)));
        bytes.Start();
        Bytes = new ByteServer(bytes);
        _web = await Upstream.StartAsync(PrivateNetwork.At(PrivateNetwork.ServerAddress, SiteDocuments.WebPort), at => Network.Server.Inside(() => Listening(at)));
        Product = await ApartProduct.StartAsync(place: new ProductPlace(Network.Gateway.Command, PrivateNetwork.GatewayAddress));
        _browsers = new Relay(Relay.Listen(Product.Port), () => Network.Laptop.Inside(Relay.NewSocket), PrivateNetwork.At(PrivateNetwork.GatewayAddress, Product.Port));
        await Product.AddUserAsync("alice");
        await Product.AddUserAsync("bob");
        await ApplyAsync();
        await Task.WhenAll(JoinAsync(), EnrolAsync());
        Bob = new Commuter(Network.Laptop, Product.NewVisitor(), Path.Combine(_folder, "bob"), device: null);
        await Task.WhenAll(SignInAsync(Alice, "alice"), SignInAsync(Bob, "bob"));
        await Ssh.StartAsync(await Product.RunAsync("ssh-ca", "show", "server"));
        Assert.Equal((0, ""), await Alice.Agent("ssh-key", "server").FinishAsync());
        SshConfig = await Ssh.ClientConfigAsync((await Alice.Agent("ssh-config", "server").FinishAsync()).Said.Split('\n').Where(static line => !line.StartsWith("Match", StringComparison.Ordinal)));
        _postgres = await postgres;
    }

    public async Task StartConnectorAsync()
    {
        Connector = Start(Network.Connector, "connector", "run", "--state", Path.Combine(_folder, "connector"));
        await Connector.SaysAsync(": connected");
    }

    /// <summary>Alice is let in at the web application with her browser, for which her device speaks.</summary>
    public Task EnterAsync()
    {
        var last = "";
        return PrivateRoad.EventuallyAsync(async () =>
        {
            using var page = await Alice.Browser.FollowAsync(HttpMethod.Get, Product.Url(Web));
            last = await page.Content.ReadAsStringAsync();
            return page.StatusCode == HttpStatusCode.OK;
        }, () => last);
    }

    public Task<LiveClient> OpenWebSocketAsync() => LiveClient.OpenWebSocketAsync(
        Product.Port, Product.CaFile, Product.Url(Web, "/ws"), Alice.Browser.CookieHeader($"{Web}.{ApartProduct.Domain}"), HttpVersion.Version11);

    /// <summary>Everything as it was in the beginning, however it was changed.</summary>
    public Task ApplyAsync() => Api.ApplyAsync(SiteDocuments.All());

    /// <summary>Whether the laptop is, as far as the control plane knows.</summary>
    public async Task<bool> IsCompliantAsync() =>
        (await Api.GetAsync("devices/laptop"))!.ToJsonString().Contains("\"compliant\":true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Turns the laptop's firewall on or off, as its agent sees it.</summary>
    public async Task FirewallAsync(bool on)
    {
        var file = Path.Combine(Laptop.Path, "answers/nft -j list ruleset");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, on ? text.Replace("\"accept\"", "\"drop\"", StringComparison.Ordinal) : text.Replace("\"drop\"", "\"accept\"", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (Network is null) return;
        if (Alice is not null) await Alice.DisposeAsync();
        if (Bob is not null) await Bob.DisposeAsync();
        if (_device is not null) await _device.DisposeAsync();
        if (Connector is not null) await Connector.DisposeAsync();
        if (_browsers is not null) await _browsers.DisposeAsync();
        if (Product is not null) await Product.DisposeAsync();
        if (_web is not null) await _web.DisposeAsync();
        Bytes?.Dispose();
        if (Ssh is not null) await Ssh.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        Laptop?.Dispose();
        Network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Socket Listening(EndPoint at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(at);
        return socket;
    }

    private static ChildProcess Start(NetworkNamespace machine, params string[] agent)
    {
        string[] command = [.. machine.Command, Executable.Agent, .. agent];
        return ChildProcess.Start(command[0], command[1..]);
    }

    private async Task JoinAsync()
    {
        var link = (await Product.RunAsync("connector", "invite", "site")).Split('\n').First(static line => line.Contains("https://", StringComparison.Ordinal)).Trim();
        (int Code, string) last = default;
        await PrivateRoad.EventuallyAsync(async () =>
        {
            await using var join = new Terminal([.. Network.Connector.Command, Executable.Agent, "connector", "join", "-", "--state", Path.Combine(_folder, "connector")], _folder);
            last = await join.FinishAsync(link + "\n");
            return last.Code == 0;
        }, () => $"{last}");
        await StartConnectorAsync();
    }

    private async Task EnrolAsync()
    {
        var state = Path.Combine(_folder, "device");
        Laptop = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        Alice = new Commuter(Network.Laptop, Product.NewVisitor(), Path.Combine(_folder, "alice"), state);
        var printed = await Product.RunAsync("device", "invite", "--owner", "alice", "--name", "laptop");
        var link = printed.Split('\n').First(static line => line.Contains("https://", StringComparison.Ordinal)).Trim();
        var (code, said) = await Alice.Run(Executable.Agent, "enroll", "-", "--state", state, "--key", "file").FinishAsync(link + "\n");
        Assert.True(code == 0, said);
        _device = Start(Network.Laptop, "run", "--state", state, "--root", Laptop.Path);
        await PrivateRoad.EventuallyAsync(IsCompliantAsync, () => _device.Output);
    }

    private async Task SignInAsync(Commuter person, string name)
    {
        using (var page = await person.Browser.SignInAsync(Product.Url(Web), name)) Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        await person.LoginAsync(Product.Url("auth"), Product.CaFile);
        if (person != Alice) return;
        using var asked = await person.Browser.SendAsync(HttpMethod.Get, Product.Url("auth", "/device/challenge"), api: true);
        var challenge = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!;
        LaptopNamespace.AskAgent(Network.Laptop, (string)challenge["origin"]!, new JsonObject { ["session"] = (string)challenge["session"]!, ["challenge"] = (string)challenge["challenge"]! }.ToJsonString());
        await EnterAsync();
    }
}
