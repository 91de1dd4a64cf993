using Doorward.Console.Components;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Feeds;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Sessions;

/// <summary>What came of ending sessions: those that were asked for, or whose all of them.</summary>
public sealed record EndedSessions(IReadOnlyList<SessionView> Asked, string? User, RevokeAnswer Answer)
{
    private bool WasOver(SessionView session) => Answer.Over?.Contains(session.Id) == true;

    internal bool Concerns(SessionView session) => session.User == User || Asked.Any(asked => asked.Id == session.Id);

    /// <summary>What stands in the row of one of them.</summary>
    internal RowOutcome OutcomeOf(SessionView session, IStringLocalizer<SessionsText> text)
    {
        if (WasOver(session)) return new(text["WasOver"], Good: false);
        var cut = Cut(text);
        return cut with { Words = text["EndedRow", cut.Words] };
    }

    /// <summary>The whole in a sentence.</summary>
    internal string Told(IStringLocalizer<SessionsText> text)
    {
        var over = Answer.Over is { Count: > 0 and var gone } ? $" {text["ManyOver", gone]}" : "";
        return $"{text["ManyEnded", Answer.Revoked]} {Cut(text).Words}{over}";
    }

    private RowOutcome Cut(IStringLocalizer<SessionsText> text)
    {
        IReadOnlyList<GatewayConfirmation> gateways = Answer.Confirmed ?? [];
        var silent = gateways.Where(static gateway => gateway.Milliseconds is null).Select(static gateway => gateway.Gateway).ToList();
        return (gateways.Count, silent.Count) switch
        {
            (0, _) => new(text["CutNowhere"], Good: false),
            (_, > 0) => new(text["CutUnconfirmed", string.Join(", ", silent)], Good: false),
            _ => new(text["Cut", string.Join(", ", gateways.Select(gateway => text["CutBy", gateway.Gateway, gateway.Milliseconds!].Value))], Good: true),
        };
    }
}
