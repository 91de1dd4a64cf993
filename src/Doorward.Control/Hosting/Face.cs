using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Hosting;

/// <summary>Which side of the control plane a request came in on; each side sees only what is meant for it.</summary>
public enum Face
{
    /// <summary>A part of the product, for itself, over gRPC.</summary>
    Component,

    /// <summary>A browser or script at <c>auth.</c> or <c>console.</c>, forwarded by a gateway.</summary>
    Web,

    /// <summary>A device at <c>agent.</c>, forwarded by a gateway with the certificate that it showed there.</summary>
    Device,

    /// <summary>A connector at <c>agent.</c>, forwarded by a gateway with the certificate that it showed there.</summary>
    Connector,

    /// <summary>The owner of this machine, on the Unix socket.</summary>
    Local,

    /// <summary>A page of the console, inside this process, for the session that looks at it. No request from outside has this face.</summary>
    Console,
}

/// <summary>Reads the face of a request.</summary>
public static class FaceExtensions
{
    public static Face GetFace(this HttpContext context) => context.Features.GetRequiredFeature<FaceFeature>().Face;

    internal static bool CameBySocket(this HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;
}

internal sealed record FaceFeature(Face Face);
