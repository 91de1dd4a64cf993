using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Applications;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Pages;

/// <summary>
/// Who sits at this machine and came by its address is most likely its administrator looking for the console: told where it is.
/// From anywhere else, and under any other name, an address that has no door tells nothing of those that have one.
/// </summary>
internal static class WayIn
{
    public static ImmutableArray<DenialLink> For(HttpContext context, string host, RouteTable routes) =>
        IsThisMachine(host) && IPAddress.IsLoopback(ClientAddress.Of(context)) && !ReferenceEquals(routes, RouteTable.Empty)
            ? [Link("Console", SystemApplications.ConsoleLabel, routes), Link("My applications", SystemApplications.AuthLabel, routes)]
            : [];

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static DenialLink Link(string text, string label, RouteTable routes) =>
        new(text, routes.PublicPort == 443 ? $"https://{label}.{routes.Domain}/" : $"https://{label}.{routes.Domain}:{routes.PublicPort}/");
}
