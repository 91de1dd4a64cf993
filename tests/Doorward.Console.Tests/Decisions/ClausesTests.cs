using Bunit;
using Doorward.Console.Decisions;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Decisions;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Decisions;

/// <summary>The policies of one explained decision.</summary>
public sealed class ClausesTests : BunitContext
{
    public ClausesTests() => Services.AddLocalization();

    [Fact]
    public void Each_clause_says_whether_it_held_and_what_decided_is_marked()
    {
        var shown = Render<Clauses>(parameters => parameters.Add(clauses => clauses.Explanation, Explained() with
        {
            Considered =
            [
                new ConsideredView("wiki", "permit", ReportOnly: false, Decided: true, [new ClauseView("when { true }", "holds", null)], null),
                new ConsideredView("\u202Eevil<b>", "forbid", ReportOnly: true, Decided: false, [new ClauseView("when { false }", "fails", null), new ClauseView("unless { x }", "error", "no such attribute")], null),
            ],
        }));
        Assert.Equal(["wiki"], shown.FindAll(".policy.decided h3").Select(each => each.ChildNodes[0].TextContent.Trim()));
        Assert.Contains("[U+202E]evil<b>", shown.FindAll("h3")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(["when { true }"], shown.FindAll("li.holds code").Select(each => each.TextContent));
        Assert.Equal(["when { false }", "unless { x }"], shown.FindAll("li.fails code").Select(each => each.TextContent));
        Assert.Contains("no such attribute", shown.FindAll("li.fails")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_for_others_say_for_whom_they_are_and_whether_they_would_have_allowed_it()
    {
        var shown = Render<Clauses>(parameters => parameters.Add(clauses => clauses.Explanation, Explained() with
        {
            NearMisses =
            [
                new ConsideredView("for-engineering", "permit", false, false, [new ClauseView("when { true }", "holds", null)], null, "principal in Group::\"engineering\""),
                new ConsideredView("for-ops", "permit", false, false, [new ClauseView("when { false }", "fails", null)], null, "principal in Group::\"ops\""),
            ],
        }));
        var told = shown.FindAll("article.policy > p").Select(static each => each.TextContent).ToList();
        Assert.Equal(["It would have allowed this to principal in Group::\"engineering\"", "It speaks of others, and asks for more: principal in Group::\"ops\""], told);
    }

    [Fact]
    public void What_decided_is_shown_although_its_input_is_forgotten()
    {
        var shown = Render<Clauses>(parameters => parameters.Add(clauses => clauses.Explanation, Explained() with
        {
            Policies = [new ExplainedPolicy("wiki", "permit", "permit (principal, action, resource) when { true };", ["when { true }"], null)],
        }));
        Assert.Equal("when { true }", shown.Find(".policy.decided code").TextContent);
        Assert.Contains("No policy speaks of this person", Render<Clauses>(parameters => parameters.Add(clauses => clauses.Explanation, Explained())).Markup, StringComparison.Ordinal);
    }

    private static Explanation Explained() => new()
    {
        Id = "dec_1",
        Time = DateTimeOffset.UnixEpoch,
        Decision = "deny",
        Cause = "NoPermit",
        Application = "wiki",
        Action = "read",
        Gateway = "edge",
        PolicyRevision = 1,
        Policies = [],
        Errors = [],
        ReportOnly = [],
        Remedies = [],
    };
}
