using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Devices;

/// <summary>
/// The step of a sign-in at which the browser asks the agent of its machine. Only people who have a device are led there. What they have
/// reached by then goes with them, sealed: a sign-in that had to be fresh is not asked for again a second later.
/// </summary>
internal sealed class DeviceStep(Visit visit, IDbContextFactory<DoorwardDb> databases, IDataProtectionProvider protection, TimeProvider time)
{
    internal const string Path = "/device/check";
    internal const string DonePath = "/device/checked";
    internal const string PassKey = "pass";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly IDataProtector _protector = protection.CreateProtector("Doorward.Console.DeviceStep");

    /// <summary>Null when there is nothing to ask. Once signed in, only a session is asked about that had a device, elsewhere.</summary>
    internal async Task<IResult?> LeadAsync(Session session, SignInRequest request, bool isFresh)
    {
        // An address that changed needs nothing: the device is heard from the new one by itself.
        var isElsewhere = session.DeviceId is not null && session.BoundClient != BrowserPlace.Of(visit.Http).Client;
        if (!isElsewhere && (!isFresh || session.DeviceId is not null)) return null;
        return await MaySignAsync(session) ? Pages.SeeOther(QueryHelpers.AddQueryString(request.At(Path), PassKey, Seal(session, request))) : null;
    }

    /// <summary>Whether this session had reached, moments ago, what this request asks for.</summary>
    internal bool Passes(Session session, SignInRequest request)
    {
        try
        {
            var pass = JsonSerializer.Deserialize<Pass>(_protector.Unprotect(visit.Http.Request.Query[PassKey].ToString()));
            return pass is not null && pass.Session == session.Id && pass.Request == request.At("") && time.GetUtcNow() - pass.At is { } age && age >= TimeSpan.Zero && age <= Lifetime;
        }
        catch (Exception unlike) when (unlike is CryptographicException or JsonException or FormatException)
        {
            return false;
        }
    }

    private async Task<bool> MaySignAsync(Session session)
    {
        await using var db = await databases.CreateDbContextAsync(visit.Http.RequestAborted);
        return await db.Devices.AnyAsync(d => d.Standing == DeviceStanding.Active && (d.OwnerId == null || d.OwnerId == session.UserId), visit.Http.RequestAborted);
    }

    private string Seal(Session session, SignInRequest request) => _protector.Protect(JsonSerializer.Serialize(new Pass(session.Id, request.At(""), time.GetUtcNow())));

    private sealed record Pass(string Session, string Request, DateTimeOffset At);
}
