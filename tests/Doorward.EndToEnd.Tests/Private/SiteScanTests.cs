using System.Globalization;
using System.Net.Sockets;
using Doorward.EndToEnd.Tests.Namespaces;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>The connector's machine, looked at from all sides: with its firewall down, so that what is seen is what listens.</summary>
[Collection(nameof(PrivateSite))]
public sealed class SiteScanTests(PrivateSite site, ITestOutputHelper output)
{
    // Whoever answers is told by its number; all others refuse.
    private const string Scan = """
        import socket, sys
        for port in range(1, 65536):
            with socket.socket() as s:
                s.settimeout(5)
                code = s.connect_ex((sys.argv[1], port))
                if code != 111: print(port, code)
        """;

    [Fact]
    public void Of_all_65535_ports_none_listens_seen_from_the_laptop_the_gateway_or_the_server_beside_it()
    {
        Assert.SkipWhen(PrivateSite.Missing is not null, PrivateSite.Missing ?? "");
        var network = site.Network;
        Assert.Equal("", network.Connector.Exec(["ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric"]).Trim());
        var (outside, inside) = (PrivateNetwork.ConnectorAddress, PrivateNetwork.ConnectorInside);
        (string Name, NetworkNamespace Machine, string Address)[] views = [("laptop", network.Laptop, outside), ("gateway", network.Gateway, outside), ("server beside it", network.Server, inside)];
        network.Firewall(on: false);
        try
        {
            foreach (var (name, machine, address) in views)
            {
                var began = TimeProvider.System.GetTimestamp();
                Assert.Equal("", machine.Exec(["python3", "-c", Scan, address]).Trim());
                output.WriteLine($"from the {name}: 65535 ports of {address} refused, in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
            }

            // A scan that finds nothing must be one that would have.
            using var listener = network.Connector.Inside(static () => Relay.Listen(0));
            using var open = network.Connector.Inside(static () => new TcpListener(PrivateNetwork.At(PrivateNetwork.ConnectorInside, 0)));
            open.Start();
            var port = ((System.Net.IPEndPoint)open.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
            Assert.Equal($"{port} 0", network.Server.Exec(["python3", "-c", Scan, inside]).Trim());
            Assert.Contains($":{port} ", network.Connector.Exec(["ss", "--no-header", "--listening", "--tcp", "--numeric"]), StringComparison.Ordinal);
        }
        finally
        {
            network.Firewall(on: true);
        }

        // With it up nobody is even refused.
        foreach (var (_, machine, address) in views)
            Assert.Contains("timed out", machine.Exec(["python3", "-c", $"import socket; s = socket.socket(); s.settimeout(1)\ntry: s.connect(('{address}', 22))\nexcept Exception as e: print(e)"]), StringComparison.Ordinal);
    }
}
