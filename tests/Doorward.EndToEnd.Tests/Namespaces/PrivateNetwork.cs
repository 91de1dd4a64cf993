using System.Net;

namespace Doorward.EndToEnd.Tests.Namespaces;

/// <summary>
/// Four machines and what is between them: a laptop, the gateway's, and the connector's at a private site, each by a wire of its own to a
/// router; and behind the connector's, the site's server. Nobody may begin anything towards the site.
/// </summary>
internal sealed class PrivateNetwork : IDisposable
{
    public const string GatewayAddress = "10.77.2.2";
    public const string ConnectorAddress = "10.77.3.2";

    /// <summary>The connector's machine, as the site's server sees it.</summary>
    public const string ConnectorInside = "10.78.0.1";
    public const string ServerAddress = "10.78.0.2";
    private readonly NetworkNamespace _router = new("router");

    /// <param name="domain">Of the installation, whose names laptop and connector know.</param>
    /// <param name="applications">Hosts below it.</param>
    public PrivateNetwork(string domain, params string[] applications)
    {
        _router.Exec(["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
        _router.Exec(["nft", "add table inet link; add chain inet link forward { type filter hook forward priority 0; policy accept; }"]);
        Wire(Laptop, 1);
        Wire(Gateway, 2);
        Wire(Connector, 3);
        NetworkNamespace.Run(["ip", "-n", Connector.Name, "link", "add", "inside", "type", "veth", "peer", "name", "eth0", "netns", Server.Name]);
        Up(Connector, "inside", $"{ConnectorInside}/24");
        Up(Server, "eth0", $"{ServerAddress}/24");
        string[] ours = [.. applications.Append("auth").Append("agent").Select(host => $"{GatewayAddress} {host}.{domain}")];
        Laptop.Knows(ours);
        Connector.Knows([.. ours, $"{ServerAddress} server.internal"]);
        Firewall(on: true);
    }

    public NetworkNamespace Laptop { get; } = new("laptop");

    public NetworkNamespace Gateway { get; } = new("gateway");

    public NetworkNamespace Connector { get; } = new("connector");

    public NetworkNamespace Server { get; } = new("server");

    /// <summary>The site's: drops everything that begins elsewhere, and passes nothing on.</summary>
    public void Firewall(bool on)
    {
        if (on) Connector.Exec(["nft", "add table inet site; add chain inet site input { type filter hook input priority 0; policy drop; }; add chain inet site forward { type filter hook forward priority 0; policy drop; }; add rule inet site input ct state established,related accept; add rule inet site input iif lo accept"]);
        else Connector.Exec(["nft", "delete table inet site"]);
    }

    /// <summary>Whether the wire of one machine carries; while it does not, nobody is told so.</summary>
    public void Link(NetworkNamespace machine, bool on)
    {
        var wire = machine == Laptop ? 1 : machine == Gateway ? 2 : 3;
        _router.Exec(["nft", on ? "flush chain inet link forward" : $"add rule inet link forward iifname w{wire} drop; add rule inet link forward oifname w{wire} drop"]);
    }

    public static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);

    public void Dispose()
    {
        foreach (var machine in new[] { Server, Connector, Gateway, Laptop, _router }) machine.Dispose();
    }

    private void Wire(NetworkNamespace machine, int number)
    {
        NetworkNamespace.Run(["ip", "-n", machine.Name, "link", "add", "eth0", "type", "veth", "peer", "name", $"w{number}", "netns", _router.Name]);
        Up(_router, $"w{number}", $"10.77.{number}.1/24");
        Up(machine, "eth0", $"10.77.{number}.2/24");
        NetworkNamespace.Run(["ip", "-n", machine.Name, "route", "add", "default", "via", $"10.77.{number}.1"]);
    }

    private static void Up(NetworkNamespace machine, string device, string address)
    {
        NetworkNamespace.Run(["ip", "-n", machine.Name, "addr", "add", address, "dev", device]);
        NetworkNamespace.Run(["ip", "-n", machine.Name, "link", "set", device, "up"]);
    }
}
