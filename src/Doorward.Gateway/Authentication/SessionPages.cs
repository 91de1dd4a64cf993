using System.Collections.Immutable;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;
using Doorward.Gateway.Pages;

namespace Doorward.Gateway.Authentication;

/// <summary>The words for what goes wrong before it is known who asks.</summary>
internal static class SessionPages
{
    private static readonly ImmutableArray<DenialLink> s_application = [new("Open the application", "/")];

    public static Denial TwoIdentities() => Refusal(
        400, "two-identities", "One identity at a time", "The request carries more than one identity. Send a token or a cookie, not both.");

    public static Denial InvalidToken() => InvalidToken("The token has expired, was revoked, or was never issued here.");

    /// <summary>A token that was good; <paramref name="end"/> is null when only its time has passed.</summary>
    public static Denial TokenOver(SessionEnd? end) => InvalidToken(end?.Cause switch
    {
        null or SessionEndCause.Expired => "The token has expired.",
        SessionEndCause.TokenRevoked => "The token was revoked.",
        _ => $"The token is no longer good: {end.Words}.",
    } + " An administrator makes a new one: doorward token create.");

    private static Denial InvalidToken(string summary) => Refusal(401, "invalid-token", "The token is not valid", summary) with
    {
        Challenge = "Bearer realm=\"doorward\", error=\"invalid_token\"", // RFC 6750 section 3.1
    };

    public static Denial CannotResolve() => RefusalPages.Unavailable(
        "session-unavailable", "The gateway cannot check your session at the moment. Nothing is wrong with it; try again shortly.");

    public static Denial CannotSignIn() => RefusalPages.Unavailable(
        "sign-in-unavailable", "Signing in is not possible at the moment. Try again shortly.");

    public static Denial FlowUnknown() => Refusal(
        400, "sign-in-unknown", "This sign-in cannot be finished here", "It was begun in another browser or more than ten minutes ago. Open the application again to start anew.") with
    {
        Links = s_application,
    };

    public static Denial CodeRefused() => Refusal(
        400, "sign-in-code", "This sign-in has been used or has expired", "Open the application again to start anew.") with
    {
        Links = s_application,
    };

    /// <summary><paramref name="from"/> is the page that the form stood on, where known.</summary>
    public static Denial SendAgain(string? from) => Refusal(
        200, "send-again", "You are signed in", "What you were sending was not carried out: you had to sign in first. Go back to the page and send it again.") with
    {
        Links = [new DenialLink("Back to the page", from ?? "/")],
    };

    public static Denial MethodRefused() => Refusal(
        405, "method", "This method may not pass", "Signing out takes a POST from a page of this host.");

    public static Denial ForeignOrigin() => Refusal(
        403, "foreign-origin", "This request may not pass", "Signing out takes a POST from a page of this host.");

    private static Denial Refusal(int status, string code, string title, string summary) => new()
    {
        Status = status,
        Code = code,
        Title = title,
        Summary = summary,
        Reference = Identifier.New("ref"),
    };
}
