using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.Devices;

/// <summary>The form of a posture provider.</summary>
public sealed class ProviderFieldsTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    [Fact]
    public async Task The_address_for_webhooks_shows_what_turns_text_in_a_typed_name_as_what_it_is()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter("/new/posture-provider");
        await shown.WaitForStateAsync(() => shown.FindAll("#provider-name").Count > 0, TimeSpan.FromSeconds(30));
        await shown.Find("#provider-name").InputAsync(new() { Value = "a\u202Eb" });
        Assert.Contains("/device/provider/a[U+202E]b", shown.Find("#webhook-secret-hint").TextContent, StringComparison.Ordinal);
    }
}
