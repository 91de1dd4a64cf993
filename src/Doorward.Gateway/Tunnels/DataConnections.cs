using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// Connections of their own for the data of tunnels of which much passes. A tunnel's stream is told a ticket; a connection that shows it in
/// time, from the same device or replica, is that tunnel's, once.
/// </summary>
internal sealed class DataConnections(TimeProvider clock)
{
    // Each holds a connection and its buffers, which its tunnel had without it as well, but smaller.
    private const int Most = 1000;
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Offer> _offers = new();
    private int _open;

    /// <summary>Has the leg offered one once it is worth it, if whoever asked for its stream can dial one.</summary>
    /// <param name="leg">On the stream.</param>
    /// <param name="context">Of the stream's request.</param>
    /// <param name="allowance">Whose connections these count as, and of how many.</param>
    public void Watch(TunnelLeg leg, HttpContext context, (SessionAllowance Allowance, int Most) allowance)
    {
        if (context.Request.Headers.ContainsKey(DataConnection.Header)) leg.WhenMuchPassed(() => _ = OfferAsync(new Offer(leg, IdentityOf(context.Connection.ClientCertificate), allowance)));
    }

    /// <summary>Carries the data of the tunnel whose ticket comes first, until that tunnel is over.</summary>
    public async Task ServeAsync(ConnectionContext connection)
    {
        var client = connection.Features.Get<ClientConnection>();
        var tls = connection.Features.Get<ISslStreamFeature>()!.SslStream;
        using var late = new CancellationTokenSource(s_patience, clock);
        var ticket = new byte[DataConnection.TicketBytes];
        try
        {
            await tls.ReadExactlyAsync(ticket, late.Token);
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            return;
        }

        if (!_offers.TryRemove(Convert.ToHexString(ticket), out var offer) || offer.Identity != IdentityOf(tls.RemoteCertificate as X509Certificate2)) return;
        client?.Newcomer?.Dispose();
        client?.Vouch(offer.Allowance.Allowance, offer.Allowance.Most);
        var data = DataConnection.Over(tls, () => connection.Abort(new ConnectionAbortedException("The tunnel is over.")));
        Interlocked.Increment(ref _open);
        if (offer.Leg.TryMove(data)) await data.Disposed;
        Interlocked.Decrement(ref _open);
    }

    private async Task OfferAsync(Offer offer)
    {
        if (Volatile.Read(ref _open) + _offers.Count >= Most) return;
        var ticket = RandomNumberGenerator.GetBytes(DataConnection.TicketBytes);
        var name = Convert.ToHexString(ticket);
        _offers[name] = offer;
        if (await offer.Leg.TryOfferAsync(ticket)) await Task.Delay(s_age, clock);
        _offers.TryRemove(name, out _);
    }

    // A device's or a replica's certificate may be renewed meanwhile; who has none is known by the ticket alone.
    private static string? IdentityOf(X509Certificate2? certificate) => certificate is null ? null : SpiffeId.Of(certificate)?.ToString() ?? certificate.Thumbprint;

    private sealed record Offer(TunnelLeg Leg, string? Identity, (SessionAllowance Allowance, int Most) Allowance);
}
