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
