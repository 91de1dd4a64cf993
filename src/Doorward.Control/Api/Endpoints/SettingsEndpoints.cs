using Doorward.Control.Audit;
using Doorward.Control.Configuration;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Domain">What certificates and passkeys are made for: set at the first start, and for good.</param>
/// <param name="Port">The port that people type, as the control plane was started with.</param>
/// <param name="SignIn">The address of sign-in, and the issuer of tokens and assertions.</param>
public sealed record SettingsView(long Version, string Domain, int Port, string SignIn, string Console, SettingsSpec Spec);

/// <param name="Reason">Why, for the audit log.</param>
public sealed record SettingsBody(SettingsSpec Spec, string? Reason = null);

/// <summary>What holds for the whole installation.</summary>
internal static class SettingsEndpoints
{
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/settings").WithTags("Installation");
        settings.MapGet("/", GetAsync).Views("settings.get").Produces<SettingsView>();
        settings.MapPut("/", PutAsync).Acts("settings.put").Produces<SettingsView>();
    }

    private static async Task<IResult> GetAsync(HttpContext context, IDbContextFactory<DoorwardDb> databases, InstallationAddress address, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return View(context, await db.Settings.AsNoTracking().SingleAsync(ct), address);
    }

    // Gateways follow by the feed: new limits hold for what is open, too.
    private static async Task<IResult> PutAsync(
        SettingsBody body, HttpContext context, IDbContextFactory<DoorwardDb> databases, InstallationAddress address, CancellationToken ct)
    {
        var call = context.Call();
        if (!ETags.TryRead(context, out var expected)) return ResourceEndpoints.UnreadableCondition.ToResult();
        if (!call.GivesReason(body.Reason, out _)) return Reasons.Problem("reason").ToResult();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async stop =>
        {
            var settings = await db.Settings.SingleAsync(stop);
            if (expected is { } version && version != settings.Version) return Stale(settings).ToResult();
            var before = SettingsSpec.Of(settings);
            if (SettingsReading.Take(body.Spec, settings) is { } wrong) return wrong.ToResult();
            var changes = before.ChangesTo(SettingsSpec.Of(settings));
            call.Details["changes"] = AuditValue.List(changes);
            if (changes.Count > 0) settings.Version++;
            await db.SaveChangesAsync(stop);
            return View(context, settings, address);
        }, ct);
    }

    private static ApiProblem Stale(InstallationSettings settings) => new()
    {
        Title = "Somebody else was faster",
        Status = StatusCodes.Status412PreconditionFailed,
        Detail = $"The settings are at version {settings.Version} now.",
        Fix = "Read them again and make the change on what they are now.",
    };

    private static IResult View(HttpContext context, InstallationSettings settings, InstallationAddress address)
    {
        ETags.Write(context, settings.Version);
        return Answers.Ok(new SettingsView(
            settings.Version, settings.Domain, settings.PublicPort, address.AuthOrigin, address.Origin(address.ConsoleHost), SettingsSpec.Of(settings)));
    }
}
