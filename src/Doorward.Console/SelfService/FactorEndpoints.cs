using System.Buffers.Text;
using System.Net.Mime;
using Doorward.Console.Identity;
using Doorward.Console.Identity.Recovery;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.SelfService;

/// <summary>How a person signs in, and changing it. Every change needs a fresh sign-in and ends the person's other sessions.</summary>
internal static class FactorEndpoints
{
    private const string Home = "/factors";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, ShowAsync);
        routes.MapPost("/factors/password", PasswordAsync);
        routes.MapGet("/factors/totp", NewTotpAsync);
        routes.MapPost("/factors/totp", TotpAsync);
        routes.MapPost("/factors/totp/remove", RemoveTotpAsync);
        routes.MapPost("/factors/passkeys/options", OfferAsync);
        routes.MapPost("/factors/passkeys", AddPasskeyAsync);
        routes.MapPost("/factors/passkeys/remove", RemovePasskeyAsync);
        routes.MapPost("/factors/recovery", RecoveryAsync);
    }

    private static Task<IResult> ShowAsync(OwnAccount own, ShownCodes shown, [FromQuery] string? done) =>
        own.RunAsync(Home, async (session, factors) => Page(own, session, factors, null, done, await shown.ReadAsync() is not null));

    private static Task<IResult> PasswordAsync(OwnAccount own, Credentials credentials, [FromForm] string? password, CancellationToken cancel) =>
        own.RunFreshAsync(Home, async (session, factors) =>
            After(own, session, factors, await credentials.SetPasswordAsync(session, password ?? "", own.Visit.Source, cancel), "password"));

    private static Task<IResult> NewTotpAsync(OwnAccount own, TotpForms totp) => own.RunFreshAsync("/factors/totp", (_, factors) =>
        Task.FromResult<IResult>(Pages.Render<TotpPage>(new { Name = factors.Person.UserName, Totp = totp.Make(factors.Person, null) })));

    private static Task<IResult> TotpAsync(OwnAccount own, Credentials credentials, TotpForms totp, [FromForm] string? secret, [FromForm] string? code, CancellationToken cancel) =>
        own.RunFreshAsync("/factors/totp", async (session, factors) =>
        {
            if (totp.Open(session.UserId, secret) is not { } opened)
                return Pages.SeeOther("/factors/totp");
            return await credentials.SetTotpAsync(session, opened, code ?? "", own.Visit.Source, cancel) is { } problem
                ? Pages.Render<TotpPage>(new { Name = factors.Person.UserName, Totp = totp.Make(factors.Person, opened), Problem = problem }, StatusCodes.Status422UnprocessableEntity)
                : Pages.SeeOther($"{Home}?done=totp");
        });

    private static Task<IResult> RemoveTotpAsync(OwnAccount own, Credentials credentials, CancellationToken cancel) => own.RunFreshAsync(Home, async (session, factors) =>
        After(own, session, factors, await credentials.RemoveTotpAsync(session, own.Visit.Source, cancel), "totp-removed"));

    private static Task<IResult> OfferAsync(OwnAccount own, PasskeyCeremonies passkeys) => own.RunFreshAsync(Home, async (session, _) =>
    {
        var challenge = await passkeys.OfferAsync(own.Visit.Http, session.UserId);
        own.Visit.Keep(challenge);
        return Results.Text(challenge.OptionsJson, MediaTypeNames.Application.Json);
    });

    private static Task<IResult> AddPasskeyAsync(OwnAccount own, PasskeyCeremonies passkeys, [FromForm] string? credential, [FromForm] string? name, CancellationToken cancel) =>
        own.RunFreshAsync(Home, async (session, factors) => After(own, session, factors,
            await passkeys.AddAsync(own.Visit.Http, session, credential ?? "", own.Visit.TakeChallenge(PasskeyCeremony.Make), name, own.Visit.Source, cancel), "passkey"));

    private static Task<IResult> RemovePasskeyAsync(OwnAccount own, PasskeyCeremonies passkeys, [FromForm] string? id, CancellationToken cancel) =>
        own.RunFreshAsync(Home, async (session, factors) =>
        {
            var bytes = id is not null && Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : [];
            return After(own, session, factors, await passkeys.RemoveAsync(session, bytes, own.Visit.Source, cancel), "passkey-removed");
        });

    private static Task<IResult> RecoveryAsync(OwnAccount own, Credentials credentials, ShownCodes shown, CancellationToken cancel) => own.RunFreshAsync(Home, async (session, factors) =>
    {
        shown.Keep(session, factors.Person.UserName, await credentials.NewRecoveryCodesAsync(session, own.Visit.Source, cancel));
        return Pages.SeeOther(RecoveryCodeEndpoints.Path);
    });

    private static IResult After(OwnAccount own, Session session, PersonFactors factors, CredentialProblem? problem, string done) =>
        problem is null ? Pages.SeeOther($"{Home}?done={done}") : Page(own, session, factors, problem, null);

    private static RazorComponentResult Page(OwnAccount own, Session session, PersonFactors factors, CredentialProblem? problem, string? done, bool unkept = false) => Pages.Render<FactorsPage>(
        new { Factors = factors, Fresh = own.IsFresh(session, factors), Confirm = OwnAccount.FreshSignIn(Home, factors), Problem = problem, Done = FactorsPage.Words(done), Unkept = unkept },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
