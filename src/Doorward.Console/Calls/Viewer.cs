using System.Net;
using System.Security.Claims;
using Doorward.Control.Api.InProcess;
using Microsoft.AspNetCore.Components.Authorization;

namespace Doorward.Console.Calls;

/// <summary>Who looks at a page, as the gateway said when the browser asked for the page or opened its circuit, and in which time zone.</summary>
public sealed class Viewer(AuthenticationStateProvider states)
{
    private const string SessionClaim = "sid";
    private const string AddressClaim = "address";
    private const string ZoneClaim = "zone";
    private const string CookieClaim = "cookie";

    /// <summary>Read anew at each call: a circuit that comes back may do so for another session.</summary>
    public async Task<ActingSession?> SessionAsync() => Read((await states.GetAuthenticationStateAsync()).User);

    internal static ActingSession? Read(ClaimsPrincipal user) =>
        user.FindFirstValue(SessionClaim) is { } id ? new ActingSession(id, IPAddress.TryParse(user.FindFirstValue(AddressClaim), out var address) ? address : null, user.FindFirstValue(CookieClaim)) : null;

    public async Task<TimeZoneInfo> ZoneAsync()
    {
        var user = (await states.GetAuthenticationStateAsync()).User;
        return user.FindFirstValue(ZoneClaim) is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    internal static ClaimsPrincipal Describe(ActingSession session, string? zone)
    {
        var identity = new ClaimsIdentity("gateway");
        identity.AddClaim(new Claim(SessionClaim, session.Id));
        if (session.Address is not null) identity.AddClaim(new Claim(AddressClaim, session.Address.ToString()));
        if (session.Cookie is not null) identity.AddClaim(new Claim(CookieClaim, session.Cookie));
        // It becomes the name of a file.
        if (zone is { Length: > 0 and <= 64 } && zone.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')) identity.AddClaim(new Claim(ZoneClaim, zone));
        return new ClaimsPrincipal(identity);
    }
}
