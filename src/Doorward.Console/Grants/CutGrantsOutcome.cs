using Doorward.Console.Components;
using Doorward.Control.Api.Endpoints;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Grants;

/// <summary>What came of cutting live access: that which was asked for, or all that a person had open.</summary>
public sealed record CutGrantsOutcome(IReadOnlyList<GrantView> Asked, string? User, CutAnswer Answer)
{
    /// <summary>What stands in the row of a grant; null when the cut did not concern it.</summary>
    internal RowOutcome? OutcomeOf(GrantView grant, IStringLocalizer<GrantsText> text)
    {
        var at = (Answer.Grants ?? []).Where(cut => cut.Id == grant.Id).ToList();
        var untold = at.Where(static cut => !cut.Sent).Select(static cut => cut.Gateway).ToList();
        if (untold.Count > 0) return new(text["Unsent", string.Join(", ", untold)], Good: false);
        var silent = at.Where(static cut => cut.Milliseconds is null).Select(static cut => cut.Gateway).ToList();
        return (at.Count, silent.Count) switch
        {
            (0, _) => Asked.Any(asked => asked.Id == grant.Id) ? new(text["WasOver"], Good: false) : null,
            (_, > 0) => new(text["Unconfirmed", string.Join(", ", silent)], Good: false),
            _ => new(text["Cut", string.Join(", ", at.Select(cut => text["CutBy", cut.Gateway, cut.Milliseconds!].Value))], Good: true),
        };
    }

    /// <summary>The whole in a sentence.</summary>
    internal string Told(IStringLocalizer<GrantsText> text)
    {
        var slowest = (Answer.Grants ?? []).Max(static cut => cut.Milliseconds);
        var told = slowest is null ? text["ManyCut", Answer.Cut].Value : text["ManyCutIn", Answer.Cut, slowest].Value;
        if (Answer.Unconfirmed > 0) told += $" {text["ManyUnconfirmed", Answer.Unconfirmed]}";
        if (Answer.Unsent > 0) told += $" {text["ManyUnsent", Answer.Unsent]}";
        return Answer.Over is { Count: > 0 and var over } ? $"{told} {text["ManyOver", over]}" : told;
    }
}
