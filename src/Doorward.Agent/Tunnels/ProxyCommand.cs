using Doorward.Agent.People;

namespace Doorward.Agent.Tunnels;

/// <summary>A proxy on loopback for programs that speak to one: HTTP CONNECT and SOCKS5 on the same port, by the names of applications.</summary>
internal static class ProxyCommand
{
    public const int UsualPort = 1080;

    public static int Run(TunnelOptions options, TextWriter output, TextWriter errors, TimeProvider time) => LoginCommand.Telling(errors, async _ =>
    {
        var signedIn = SignedIn.Read(options.Folder);
        using var dialer = new TunnelDialer(signedIn, options.State, time);
        var desk = new ProxyDesk(new ProxyNames(signedIn.Installation.Domain), dialer, errors, time);
        return await ForwardCommand.ListenAsync(options.Port ?? UsualPort, output, errors, "proxy (HTTP CONNECT, SOCKS5) at", desk.ServeAsync);
    });
}
