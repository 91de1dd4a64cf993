using System.Net;
using Doorward.Core.Devices.Reports;
using Doorward.EndToEnd.Tests.Namespaces;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>
/// A network namespace that stands for a laptop: with a firewall of its own in the kernel, and one door in it, behind which what comes is
/// passed on to the product, which listens on this machine's loopback.
/// </summary>
internal sealed class LaptopNamespace : IAsyncDisposable
{
    private readonly NetworkNamespace _space = new("laptop");
    private readonly Relay _door;

    private LaptopNamespace(int port) =>
        _door = new Relay(_space.Inside(static () => Relay.Listen(0)), Relay.NewSocket, new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Why there can be none here, in words; null when there can.</summary>
    public static string? Missing => NetworkNamespace.Missing;

    /// <summary>What a command begins with that is to run on the laptop.</summary>
    public string[] Command => _space.Command;

    /// <summary>Where the product is, from the laptop.</summary>
    public string Product => $"127.0.0.1:{_door.Port}";

    public static LaptopNamespace Start(int port)
    {
        var laptop = new LaptopNamespace(port);
        laptop.Firewall(on: true);
        return laptop;
    }

    public void AskAgent(string origin, string body) => AskAgent(_space, origin, body);

    /// <summary>Asks the agent over a machine's loopback, as a page in a browser there does.</summary>
    public static void AskAgent(NetworkNamespace machine, string origin, string body) => machine.Exec(
        ["curl", "--silent", "--show-error", "--fail", "--data-binary", "@-", "--header", $"Origin: {origin}", "--header", "Content-Type: application/json", $"http://127.0.0.1:{AgentAsk.Ports[0]}{AgentAsk.Path}"], body);

    public void Firewall(bool on) =>
        _space.Exec(["nft", on ? "add table inet filter; add chain inet filter input { type filter hook input priority 0; policy drop; }; add rule inet filter input ct state established,related accept; add rule inet filter input iif lo accept" : "flush ruleset"]);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _space.Dispose();
    }
}
