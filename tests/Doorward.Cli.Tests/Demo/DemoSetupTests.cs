using Doorward.Cli.Demo;
using Doorward.Cli.Hosting;
using Doorward.Cli.Tests.Commands;

namespace Doorward.Cli.Tests.Demo;

public class DemoSetupTests
{
    [Fact]
    public async Task A_user_who_has_the_name_and_is_not_the_demos_keeps_their_way_in()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("GET /users/demo", 200, """{"kind":"User","name":"demo","version":1,"spec":{}}""");

        var refused = await Assert.ThrowsAsync<CommandFailure>(() => StartAsync(peer));

        Assert.StartsWith("doorward: --demo: there is a user demo already", refused.Line, StringComparison.Ordinal);
        Assert.Equal(["GET /users/demo"], peer.Asked);
        Assert.Null(DemoCredentials.Read(peer.Data));
    }

    [Theory]
    [InlineData("GET /applications/live", "an application live")]
    [InlineData("GET /applications/vault", "an application vault")]
    [InlineData("GET /groups/demo-users", "a group demo-users")]
    [InlineData("GET /policies/demo-vault", "a policy demo-vault")]
    public async Task What_an_operator_made_under_a_name_of_the_demo_stays_theirs(string asked, string what)
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers(asked, 200, """{"kind":"Any","name":"any","spec":{}}""");

        var refused = await Assert.ThrowsAsync<CommandFailure>(() => StartAsync(peer));

        Assert.Equal($"doorward: --demo: there is {what} already, which is not the demo's; start without --demo, or with --data on a folder of its own", refused.Line);
        Assert.Null(DemoCredentials.Read(peer.Data));
        Assert.DoesNotContain(peer.Asked, one => one.StartsWith("POST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public async Task After_a_demo_its_own_application_is_known_by_its_label(string label, bool isRefused)
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /users/demo/credentials", 204, "")
            .Answers("POST /apply?dryRun=false&prune=false", 200, """{"changes":[],"warnings":[],"revision":7}""")
            .Answers("GET /groups/demo-users", 200, """{"kind":"Group","name":"demo-users","spec":{}}""")
            .Answers("GET /applications/live", 200, $$"""{"kind":"Application","name":"live","spec":{"labels":{"demo":"{{label}}"} } }""");
        DemoCredentials.Create().Write(peer.Data);

        if (isRefused) await Assert.ThrowsAsync<CommandFailure>(() => StartAsync(peer));
        else await using (await StartAsync(peer)) Assert.Contains(peer.Asked, one => one.StartsWith("POST /apply", StringComparison.Ordinal));
    }

    [Fact]
    public void The_tour_speaks_of_the_link_only_where_one_was_given()
    {
        var settings = new UpSettings(new DirectoryInfo("/tmp/x"), ListenAddress.Default, UpSettings.DefaultDomain, Demo: true, SessionRate: 0);
        Assert.Contains("2. Enrol yourself as administrator: open the link of the line `enrol` above.\n", TourOf(isLinkGiven: true), StringComparison.Ordinal);
        Assert.Contains("2. You are enrolled already: sign in as the administrator at https://console.doorward.localhost:8443/\n", TourOf(isLinkGiven: false), StringComparison.Ordinal);

        string TourOf(bool isLinkGiven)
        {
            var output = new StringWriter { NewLine = "\n" };
            Tour.Print(output, settings, DemoCredentials.Create(), isLinkGiven);
            return output.ToString();
        }
    }

    [Fact]
    public async Task The_demos_own_user_gets_the_credentials_that_were_kept()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /users/demo/credentials", 204, "")
            .Answers("POST /apply?dryRun=false&prune=false", 200, """{"changes":[],"warnings":[],"revision":7}""");

        await using (await StartAsync(peer))
            Assert.NotNull(DemoCredentials.Read(peer.Data));
        var password = DemoCredentials.Read(peer.Data)!.Password;
        await using (await StartAsync(peer))
            Assert.Equal(2, peer.Asked.Count(asked => asked.StartsWith("POST /users/demo/credentials", StringComparison.Ordinal) && asked.Contains(password, StringComparison.Ordinal)));
    }

    private static Task<DemoSetup> StartAsync(AdministrationPeer peer) => DemoSetup.StartAsync(
        new UpSettings(peer.Data, ListenAddress.Parse("localhost:0")!, UpSettings.DefaultDomain, Demo: true, SessionRate: 0), TestContext.Current.CancellationToken);
}
