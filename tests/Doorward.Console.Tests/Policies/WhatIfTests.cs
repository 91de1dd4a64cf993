using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.Policies;

/// <summary>The question stands in the address: who presses the button, follows a link or goes back is answered what stands there.</summary>
public sealed class WhatIfTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_typed_is_answered_at_the_first_press_and_the_answer_changes_with_the_address()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter("/what-if");
        await shown.WaitForStateAsync(() => shown.FindAll("#ask-user").Count > 0, Patience);
        await shown.Find("#ask-user").ChangeAsync(new() { Value = "adam" });
        await shown.Find("#ask-application").ChangeAsync(new() { Value = "console" });
        await shown.Find("main form").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll(".answer h2.good").Count == 1, Patience);

        await page.GoAsync(shown, "/what-if?user=bob&application=console&action=read");
        await shown.WaitForStateAsync(() => shown.FindAll(".answer h2.wrong").Count == 1, Patience);
        Assert.Equal("bob", shown.Find("#ask-user").GetAttribute("value"));

        await page.GoAsync(shown, "/what-if");
        await shown.WaitForStateAsync(() => shown.FindAll(".answer").Count == 0, Patience);
        Assert.Equal("", shown.Find("#ask-user").GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("hour", "99", "hour")]
    [InlineData("hour", "noon", "hour")]
    [InlineData("risk", "much", "risk.score")]
    [InlineData("device", "bound sealed", "device.sealed")]
    public async Task What_cannot_be_supposed_is_refused_by_its_name_and_never_left_out(string field, string value, string named)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter($"/what-if?user=bob&application=console&{field}={Uri.EscapeDataString(value)}");
        await shown.WaitForStateAsync(() => shown.FindAll("main [role=alert]").Count > 0, Patience);
        Assert.Contains(named, shown.Find("main [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(shown.FindAll(".answer"));
    }
}
