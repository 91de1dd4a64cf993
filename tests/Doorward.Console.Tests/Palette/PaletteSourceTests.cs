using Doorward.Console.Palette;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api.Endpoints;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Palette;

/// <summary>What the command palette finds in every area, in the order in which its sources tell it.</summary>
public sealed class PaletteSourceTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    [Theory]
    [InlineData("adam", "new", "Do New person /new/person; Do New application /new/application; Do New policy /new-policy; Page New posture rule /new/posture-rule; Page New posture provider /new/posture-provider")]
    [InlineData("ulla", "new", "")]
    [InlineData("adam", "pos", "Page Posture rules /posture-rules; Page Posture providers /posture-providers; Page New posture rule /new/posture-rule; Page New posture provider /new/posture-provider")]
    [InlineData("ulla", "pos", "Page Posture rules /posture-rules; Page Posture providers /posture-providers")]
    [InlineData("ulla", "staff", """Group staff /groups/staff; Policy wiki-for-staff /policies/wiki-for-staff permit (principal in Group::"staff", action, resource == Application::"wiki") when { context.session.assurance >= 2 };""")]
    [InlineData("ulla", "wiki.doorward", "Application wiki /applications/wiki wiki.doorward.localhost")]
    [InlineData("ulla", "site", "Connector site /connectors/site")]
    [InlineData("ulla", "laptop", "Device laptop /devices/dev_laptop laptop")]
    [InlineData("ulla", "sensor", "Posture provider sensor /posture-providers/sensor")]
    [InlineData("ulla", "firewall-on", "Posture rule firewall-on /posture-rules/firewall-on")]
    [InlineData("ulla", "bob", "Person bob /people/bob; Session bob /sessions/SESSION")]
    [InlineData("ulla", "what", "Page What if… /what-if")]
    [InlineData("ulla", "dec_1", "Decision dec_1 /decisions/dec_1")]
    [InlineData("paul", "bob", "")]
    public async Task Who_may_see_and_make_what_finds_it(string who, string text, string found)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync(who));
        ConsoleEndpoints.AddPalette(page.Services);
        var me = (await page.Api.GetAsync<MeView>("me")).Value ?? new MeView(who, "User", null, 2, [], []);
        var entries = new List<PaletteEntry>();
        foreach (var source in page.Services.GetServices<IPaletteSource>())
            entries.AddRange(await source.FindAsync(text, me, TestContext.Current.CancellationToken));
        Assert.Equal(found, string.Join("; ", entries.Select(entry => $"{entry.Kind} {entry.Name} {entry.Href.Replace(fixture.Ground.SessionOfBob, "SESSION", StringComparison.Ordinal)} {entry.Hint}".TrimEnd())));
    }
}
