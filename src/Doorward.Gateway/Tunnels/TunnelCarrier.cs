using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// Carries a tunnel that was allowed: orders the stream to its target, answers the person once there is one, and pumps between the two
/// until either ends or the tunnel is cut, idle or too long open.
/// </summary>
internal sealed class TunnelCarrier(Connectors connectors, OpenTunnels open, DataConnections data, GatewayOptions options, TimeProvider clock)
{
    public async Task CarryAsync(HttpContext context, TunnelFacts facts)
    {
        var access = context.Access();
        var application = access.Application!;
        var live = context.Features.GetRequiredFeature<LiveConnection>();
        live.Kind = ConnectionKind.Tunnel;
        var target = new TunnelTarget(facts.Evidence.Host, [new PortRange(facts.Evidence.Port, facts.Evidence.Port)]);
        var proxy = application.Definition.ProxyProtocol ? ProxiedClientOf(context, access) : null;
        var opening = context.Features.GetRequiredFeature<OpeningTunnel>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, opening.Over);
        var (far, close) = await connectors.OpenAsync(application, target, proxy, either.Token);
        if (far is null)
        {
            await DenialWriter.WriteAsync(context, TunnelPages.Failed(application.Name, close!));
            return;
        }

        try
        {
            opening.Over.ThrowIfCancellationRequested();
            await PumpAsync(context, live, far, await BeginAsync(context, far), application.Definition.Tunnels);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            far.Reset(); // the person went away, or was cut off
        }
        finally
        {
            far.Release();
        }
    }

    // The replica's stream is followed before the person is waited for: what comes on it would fill the connection that others share.
    private async Task<TunnelLeg> BeginAsync(HttpContext context, FarStream far)
    {
        var frames = far.Follow(clock);
        try
        {
            await ConnectorDoor.BeginAsync(context);
            return frames;
        }
        catch
        {
            await frames.DisposeAsync();
            throw;
        }
    }

    private async Task PumpAsync(HttpContext context, LiveConnection live, FarStream far, TunnelLeg frames, TunnelLimits? limits)
    {
        var tunnel = new OpenTunnel(context, live, far, frames, limits, clock);
        await using (tunnel)
        {
            // A cut that came while the answer began is said on what it began.
            if (!live.Follow(tunnel) && context.Features.GetRequiredFeature<OpeningTunnel>().Cut is { } cut) tunnel.BeginClose(cut);
            using var place = open.Add(tunnel);
            far.Watch(frames, data);
            if (context.Access().Credential is { } credential) data.Watch(tunnel.Near, context, (credential.Session.Allowance, options.SessionRequestLimit));
            await tunnel.RunAsync();
        }

        if (!await tunnel.IsFarWholeAsync()) far.Reset();
    }

    private static ProxiedClient ProxiedClientOf(HttpContext context, AccessFeature access) => new(
        ClientAddress.Of(context).ToString(), context.Connection.RemotePort, context.Connection.LocalIpAddress?.ToString() ?? "", context.Connection.LocalPort,
        access.Credential?.Session.View.Subject.Name ?? "");
}
