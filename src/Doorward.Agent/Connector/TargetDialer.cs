using System.Net;
using System.Net.Sockets;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Core.Upstreams;

namespace Doorward.Agent.Connector;

/// <summary>
/// Connects to a target: to exactly an address that was looked at, so that a name cannot be one thing when it is checked and another when it
/// is used. What is no target is refused before anything is looked up.
/// </summary>
/// <param name="resolve">Addresses of a name; throws <see cref="SocketException"/>.</param>
/// <param name="isOurs">Where our own parts listen.</param>
/// <param name="time">For the patience.</param>
internal sealed class TargetDialer(Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, bool> isOurs, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // One address that does not answer leaves the others their time.
    private static readonly TimeSpan PatienceWithOne = TimeSpan.FromSeconds(4);
    private static readonly AddressRules Rules = new([], allowLoopback: false);

    /// <param name="application">With its targets.</param>
    /// <param name="host">Of the target.</param>
    /// <param name="port">Of the target.</param>
    /// <param name="gateways">Where parts of the gateway that asks listen as well, written as <see cref="IPEndPoint"/>s.</param>
    /// <param name="ct">It is not wanted any more.</param>
    public async Task<(Socket? Socket, TunnelClose? Close)> DialAsync(ApplicationTargets application, string host, int port, IReadOnlyList<string> gateways, CancellationToken ct)
    {
        if (!application.Targets.Any(target => target.Holds(host, port)))
            return (null, new TunnelClose(TunnelCloseCodes.NoSuchTarget, $"the application {application.Application} has no target {host}:{port}"));
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, either.Token);
            return await DialAsync(addresses.Select(address => new IPEndPoint(address, port)), application, new DnsEndPoint(host, port), gateways, either.Token);
        }
        catch (SocketException)
        {
            return (null, new TunnelClose(TunnelCloseCodes.TargetUnreachable, $"the connector finds no address of {host}"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, NoAnswer(new DnsEndPoint(host, port)));
        }
    }

    private async Task<(Socket? Socket, TunnelClose? Close)> DialAsync(
        IEnumerable<IPEndPoint> endpoints, ApplicationTargets application, DnsEndPoint target, IReadOnlyList<string> gateways, CancellationToken ct)
    {
        var why = new TunnelClose(TunnelCloseCodes.TargetUnreachable, $"the connector finds no address of {target.Host}");
        foreach (var endpoint in endpoints)
        {
            if (Refuse(endpoint, application.AllowSpecialAddresses, gateways) is { } what)
            {
                if (why.Code != TunnelCloseCodes.TargetRefused) why = new TunnelClose(TunnelCloseCodes.TargetForbidden, $"{target.Host} is an address that tunnels do not go to: {what}");
                continue;
            }

            var (socket, close) = await DialAsync(endpoint, target, ct);
            if (socket is not null) return (socket, null);
            why = close!;
        }

        return (null, why);
    }

    private string? Refuse(IPEndPoint endpoint, bool allowsSpecial, IReadOnlyList<string> gateways) =>
        Rules.Refuse(endpoint, allowsSpecial) ?? (!allowsSpecial && (isOurs(endpoint) || gateways.Contains(Plain(endpoint).ToString())) ? "one of our own" : null);

    private static IPEndPoint Plain(IPEndPoint endpoint) => new(SpecialAddresses.Unwrap(endpoint.Address), endpoint.Port);

    private async Task<(Socket? Socket, TunnelClose? Close)> DialAsync(IPEndPoint endpoint, DnsEndPoint target, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(PatienceWithOne, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(endpoint, either.Token);
            return (socket, null);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            return (null, error.SocketErrorCode == SocketError.ConnectionRefused
                ? new TunnelClose(TunnelCloseCodes.TargetRefused, $"{target.Host}:{target.Port} refused the connection")
                : NoAnswer(target));
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            ct.ThrowIfCancellationRequested();
            return (null, NoAnswer(target));
        }
    }

    private static TunnelClose NoAnswer(DnsEndPoint target) => new(TunnelCloseCodes.TargetUnreachable, $"{target.Host}:{target.Port} does not answer");
}
