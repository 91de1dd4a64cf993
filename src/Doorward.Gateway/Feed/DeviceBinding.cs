using System.Net;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;

namespace Doorward.Gateway.Feed;

/// <summary>What a device vouched for when it signed for a session: a browser's address and kind of client, and where itself was.</summary>
internal sealed record DeviceBinding(string Device, IPAddress Browser, string Client, IPAddress DeviceAddress)
{
    public static DeviceBinding? Of(SessionState session) => session.DeviceId.Length == 0
        ? null
        : new DeviceBinding(session.DeviceId, Read(session.Place?.Address), session.Place?.Client ?? "", Read(session.Place?.DeviceAddress));

    /// <summary>
    /// Whether a device that is there vouches for this request: the client is of the kind that it signed for, and comes from where the device
    /// is by now; or both are where they were, which need not be one address (of two protocols, or two ways out).
    /// </summary>
    public bool Covers(RequestFacts request, IPAddress device) =>
        Client.Length > 0 && string.Equals(request.Client, Client, StringComparison.Ordinal)
        && (request.Address.Equals(device) || (request.Address.Equals(Browser) && device.Equals(DeviceAddress)));

    private static IPAddress Read(string? text) => IPAddress.TryParse(text, out var address) ? address : IPAddress.None;
}
