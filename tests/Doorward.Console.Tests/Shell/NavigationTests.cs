using System.Text.Json;
using System.Text.Json.Nodes;
using Bunit;
using Bunit.Extensions.WaitForHelpers;
using Doorward.Console.Shell;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.Shell;

/// <summary>From a page of one thing to that of another: nothing of the first is shown, written or taken back at the second.</summary>
public sealed class NavigationTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private RolePage _page = null!;

    public async ValueTask InitializeAsync() => _page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    [Fact]
    public async Task A_persons_form_holds_and_saves_its_own_person()
    {
        await PutAsync("users/bob", new { email = "bob@example.org" });
        await PutAsync("users/paul", new { email = "paul@example.org" });
        var shown = Enter("/people/bob");
        await SeesAsync(shown, () => shown.FindAll("#email").Any(static field => field.GetAttribute("value") == "bob@example.org"));
        await _page.GoAsync(shown, "/people/paul");
        await SeesAsync(shown, () => shown.FindAll("h1").Any(static title => title.TextContent == "paul") && shown.FindAll("#email").Count == 1);
        Assert.Equal("paul@example.org", shown.Find("#email").GetAttribute("value"));
        await shown.Find("#displayName").InputAsync(new() { Value = "Paul" });
        await shown.Find("form.person-edit").SubmitAsync();
        await SeesAsync(shown, () => Said(shown, "Saved paul."));
        Assert.Equal("paul@example.org", (await SpecAsync("users/paul"))["email"]!.ToString());
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => Said(shown, "paul is as it was before."));
        Assert.Null((await SpecAsync("users/paul"))["displayName"]);
    }

    [Fact]
    public async Task Undo_acts_on_the_group_that_it_was_offered_for_and_only_on_what_its_page_knew()
    {
        var shown = Enter("/groups/staff");
        await PressAsync(shown, "Remove bob");
        await SeesAsync(shown, () => Said(shown, "Removed bob from staff."));
        await _page.GoAsync(shown, "/groups/auditors");
        await SeesAsync(shown, () => Offers(shown, "Remove ulla"));
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => Said(shown, "Added bob to staff."));
        Assert.Equal("""["ulla"]""", (await SpecAsync("groups/auditors"))["members"]!.ToJsonString());
        Assert.Equal("""["bob"]""", (await SpecAsync("groups/staff"))["members"]!.ToJsonString());

        await PressAsync(shown, "Remove ulla");
        await SeesAsync(shown, () => Said(shown, "Removed ulla from auditors."));
        await PutAsync("groups/auditors", new { members = new[] { "holly" } });
        await _page.GoAsync(shown, "/groups/staff");
        await SeesAsync(shown, () => Offers(shown, "Remove bob"));
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => Said(shown, "Somebody else was faster"));
        Assert.Equal("""["holly"]""", (await SpecAsync("groups/auditors"))["members"]!.ToJsonString());
        Assert.Equal("""["bob"]""", (await SpecAsync("groups/staff"))["members"]!.ToJsonString());
    }

    [Fact]
    public async Task A_conflict_at_one_group_is_not_shown_at_another()
    {
        await PutAsync("groups/contested", new { members = new[] { "bob" } });
        var shown = Enter("/groups/contested");
        await SeesAsync(shown, () => Offers(shown, "Remove bob"));
        await PutAsync("groups/contested", new { members = new[] { "bob", "paul" } });
        await PressAsync(shown, "Remove bob");
        await SeesAsync(shown, () => Offers(shown, "Do mine too"));
        await _page.GoAsync(shown, "/groups/helpdesk");
        await SeesAsync(shown, () => Offers(shown, "Remove holly"));
        Assert.False(Offers(shown, "Do mine too"));
    }

    [Fact]
    public async Task Undo_enables_the_person_who_was_disabled_and_nobody_who_was_changed_since()
    {
        var shown = Enter("/people/bob");
        await PressAsync(shown, "Disable");
        await SeesAsync(shown, () => Said(shown, "bob is disabled and signed out."));
        await _page.GoAsync(shown, "/people/paul");
        await SeesAsync(shown, () => shown.FindAll("h1").Any(static title => title.TextContent == "paul") && Offers(shown, "Disable"));
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => Said(shown, "bob is enabled."));
        Assert.Null((await SpecAsync("users/bob"))["disabled"]);
        Assert.Null((await SpecAsync("users/paul"))["disabled"]);

        await PressAsync(shown, "Disable");
        await SeesAsync(shown, () => Said(shown, "paul is disabled and signed out."));
        await PutAsync("users/paul", new { disabled = true, email = "since@example.org" });
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => Said(shown, "Somebody else was faster"));
        Assert.Equal("""{"email":"since@example.org","disabled":true}""", (await SpecAsync("users/paul")).ToJsonString());
    }

    [Fact]
    public async Task Who_may_come_in_is_asked_anew_for_another_application_and_an_undo_stays_with_its_own()
    {
        await PutAsync("applications/empty", new { hosts = new[] { "empty.doorward.localhost" }, upstream = "http://127.0.0.1:8" });
        var shown = Enter("/applications/wiki");
        await SeesAsync(shown, () => shown.Markup.Contains("/people/bob", StringComparison.Ordinal));
        await shown.Find("#labels").InputAsync(new() { Value = "team=red" });
        await shown.Find("main form").SubmitAsync();
        await SeesAsync(shown, () => Said(shown, "Saved wiki."));
        await _page.GoAsync(shown, "/applications/empty");
        await SeesAsync(shown, () => shown.Markup.Contains("Nobody may come in", StringComparison.Ordinal) || shown.FindAll("h1").Any(static title => title.TextContent == "empty"));
        Assert.DoesNotContain("/people/bob", shown.Markup, StringComparison.Ordinal);
        await PressAsync(shown, "Undo");
        await SeesAsync(shown, () => !Offers(shown, "Undo"));
        Assert.Null((await SpecAsync("applications/wiki"))["labels"]);
        Assert.Equal("http://127.0.0.1:8", (await SpecAsync("applications/empty"))["upstream"]!.ToString());
    }

    [Fact]
    public async Task A_roll_back_is_decided_on_the_policy_that_is_shown()
    {
        foreach (var hour in new[] { 1, 2, 3 })
            await PutAsync("policies/other", new { cedar = $"forbid (principal, action, resource == Application::\"wiki\") when {{ context.session.assurance > {hour + 1} }};" });
        var shown = Enter("/policies/wiki-for-staff/versions");
        await SeesAsync(shown, () => Offers(shown, "Roll back to version 1"));
        await _page.GoAsync(shown, "/policies/other/versions");
        await SeesAsync(shown, () => Offers(shown, "Roll back to version 2"));
        await PressAsync(shown, "Roll back to version 1");
        await shown.Find("dialog.ask input[type=text]").InputAsync(new() { Value = "the first was right" });
        await shown.Find("dialog.ask form").SubmitAsync();
        await SeesAsync(shown, () => shown.Markup.Contains("Version 1 holds again.", StringComparison.Ordinal));
    }

    private IRenderedComponent<Routes> Enter(string address) => _page.Enter(address);

    private static bool Said(IRenderedComponent<Routes> shown, string text) => shown.FindAll(".toast").Any(toast => toast.TextContent.Contains(text, StringComparison.Ordinal));

    private static bool Offers(IRenderedComponent<Routes> shown, string name) => Buttons(shown, name).Count > 0;

    private static List<AngleSharp.Dom.IElement> Buttons(IRenderedComponent<Routes> shown, string name) =>
        [.. shown.FindAll("button").Where(button => (button.GetAttribute("aria-label") ?? button.TextContent.Trim()) == name)];

    // The newest of a name: an undo stands below those that were offered before.
    private static async Task PressAsync(IRenderedComponent<Routes> shown, string name)
    {
        await SeesAsync(shown, () => Offers(shown, name));
        await Buttons(shown, name)[^1].ClickAsync(new());
    }

    private static async Task SeesAsync(IRenderedComponent<Routes> shown, Func<bool> condition)
    {
        try
        {
            await shown.WaitForStateAsync(condition, Patience);
        }
        catch (WaitForFailedException)
        {
            Assert.Fail(shown.Markup);
        }
    }

    private async Task PutAsync(string path, object spec) =>
        Assert.Null((await _page.Api.PutAsync<JsonElement>(path, new ResourceBody(JsonSerializer.SerializeToElement(spec)))).Problem);

    private async Task<JsonObject> SpecAsync(string path) => (await _page.Api.GetAsync<ResourceView>(path)).Value!.Spec;
}
