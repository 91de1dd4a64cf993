using AngleSharp.Dom;
using Bunit;
using Doorward.Console.Tests.Roles;
using Microsoft.AspNetCore.Components;

namespace Doorward.Console.Tests.Shell;

/// <summary>Pages where something is made: a form for who may, and who may for everybody else.</summary>
public sealed class NewPageTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private const string Fields = "main form, main input, main select, main textarea, main .cedar-editor";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Addresses =>
        [.. typeof(Doorward.Console.Shell.Routes).Assembly.GetTypes().SelectMany(static type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false)).Cast<RouteAttribute>()
            .Select(static route => route.Template).Where(static template => template.StartsWith("/new", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Who_may_not_make_it_is_told_who_may_with_the_way_back_and_no_form(string address)
    {
        foreach (var who in new[] { "ulla", "holly" })
        {
            await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync(who));
            var shown = page.Enter(address);
            await shown.WaitForStateAsync(() => shown.FindAll("main h1").Count > 0, Patience);
            var notice = Assert.Single(shown.FindAll("main .empty"));
            Assert.StartsWith("Only administrators ", notice.QuerySelector("h2")!.TextContent, StringComparison.Ordinal);
            var back = Assert.Single(notice.QuerySelectorAll("a")).GetAttribute("href")!;
            Assert.Empty(shown.FindAll(Fields));
            await page.GoAsync(shown, back);
            await shown.WaitForStateAsync(() => shown.FindAll("main table, main .empty").Count > 0 && shown.FindAll("main h1").Count > 0, Patience);
            Assert.Empty(shown.FindAll("main [role=alert]"));
            Assert.DoesNotContain("No page has this address", shown.Markup, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Who_may_make_it_has_a_form(string address)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter(address);
        await shown.WaitForStateAsync(() => shown.FindAll(Fields).Count > 0, Patience);
        Assert.Empty(shown.FindAll("main .empty"));
    }
}
