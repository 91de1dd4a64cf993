using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.Shell;

/// <summary>Times are of the zone of the browser; the frame of every page says which that is.</summary>
public sealed class ZoneTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Asia/Tokyo", "Times are in Asia/Tokyo (UTC+9).")]
    [InlineData("Asia/Kolkata", "Times are in Asia/Kolkata (UTC+5:30).")]
    [InlineData("America/Phoenix", "Times are in America/Phoenix (UTC-7).")]
    [InlineData("Africa/Abidjan", "Times are in Africa/Abidjan (UTC).")]
    [InlineData(null, "Times are in UTC.")]
    public async Task Each_page_says_once_in_which_zone_its_times_are(string? zone, string said)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("ulla"), zone);
        var shown = page.Enter("/people");
        await shown.WaitForStateAsync(() => shown.FindAll("#places a").Count > 0, Patience);
        Assert.Equal(said, Assert.Single(shown.FindAll("footer")).TextContent.Trim());
    }
}
