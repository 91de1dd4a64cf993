using Doorward.Control.Identity.SignIns;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>
/// Asks people to confirm that it is they before what is dangerous. Neither the owner of the machine nor a token is asked: nobody is
/// there who could answer, and whoever holds them holds more than a page that was left open.
/// </summary>
internal sealed class ConfirmationDemand(Confirmations confirmations)
{
    /// <summary>From so many people access is taken at a word, since an emergency must not wait; from more it is a way to harm (ADR 15).</summary>
    public const int MostPeople = 10;

    /// <summary>For what takes access away from as many people: null when nothing is in the way.</summary>
    public async Task<ApiProblem?> DemandAsync(ApiPrincipal principal, int people, CancellationToken ct) =>
        people > MostPeople ? await DemandAsync(principal, ct) : null;

    /// <summary>Null when nothing is in the way.</summary>
    public async Task<ApiProblem?> DemandAsync(ApiPrincipal principal, CancellationToken ct)
    {
        if (await StandingAsync(principal, ct) is not { Until: null } missing) return null;
        return new ApiProblem
        {
            Type = ApiProblem.ConfirmationRequired,
            Title = "Confirm that it is you",
            Status = StatusCodes.Status403Forbidden,
            Detail = $"This needs a sign-in{(missing.Passkey ? " with your passkey" : "")} that is no older than {Words(missing.Length)}.",
            Fix = "Open the address in confirmAt in the browser of this session, confirm there, then repeat the call.",
            ConfirmAt = missing.At,
        };
    }

    /// <summary>Null for who is never asked.</summary>
    public async Task<ConfirmationStanding?> StandingAsync(ApiPrincipal principal, CancellationToken ct) =>
        principal.IsLocal || principal.Token ? null : await confirmations.OfAsync(principal.SessionId!, ct);

    private static string Words(TimeSpan length) => length.TotalMinutes switch
    {
        1 => "a minute",
        60 => "an hour",
        var minutes and < 120 => $"{minutes:0} minutes",
        var minutes => $"{minutes / 60:0.#} hours",
    };
}
