using System.Net;
using System.Net.Sockets;

namespace Doorward.Cli.Tests.Commands;

/// <summary>What `protect` does with what is there, and with what is not.</summary>
public sealed class ProtectTests
{
    private const string Nobody = "nobody is in staff yet";
    private const string Silent = "warning: nothing answers at ";

    [Fact]
    public async Task Makes_a_door_and_its_group_and_prints_the_door_alone()
    {
        await using var peer = await PeerAsync("created", "created");

        var said = await ProtectAsync(peer);

        Assert.Equal(0, said.Code);
        Assert.Contains("hosts: [wiki.example.test]\nupstream: http://127.0.0.1:1\n", said.Out);
        Assert.Contains("@explain(\"wiki is open to the group staff", said.Out);
        Assert.DoesNotContain("kind: Group", said.Out);
        Assert.Contains("the door is https://wiki.example.test:8443/\n", said.Error);
        Assert.Contains("""POST /groups {"name":"staff","spec":{}}""", peer.Asked);
        Assert.Contains("""permit (principal in Group::\u0022staff\u0022""", peer.Asked.Single(asked => asked.StartsWith("POST /apply?dryRun=false", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("updated", "unchanged", "change application wiki")]
    [InlineData("unchanged", "updated", "change policy wiki-for-staff")]
    [InlineData("updated", "created", "change application wiki and add policy wiki-for-staff")]
    public async Task Leaves_a_door_that_is_there_as_it_is(string application, string policy, string would)
    {
        await using var peer = await PeerAsync(application, policy);

        var said = await ProtectAsync(peer);

        Assert.Equal(new Said(1, "", $"doorward: there is a door wiki already, and this would {would}; choose another --name, or say --replace to see the difference and do it\n"), said);
        Assert.DoesNotContain(peer.Asked, asked => asked.StartsWith("POST /apply?dryRun=false", StringComparison.Ordinal) || asked.StartsWith("POST /groups", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replaces_it_when_told_and_shows_the_difference()
    {
        await using var peer = (await PeerAsync("unchanged", "updated")).Answers("GET /policies/wiki-for-staff", 200,
            """{"kind":"Policy","name":"wiki-for-staff","spec":{"cedar":"permit (principal in Group::\"staff\", action in Action::\"access\", resource == Application::\"wiki\")\nwhen { context.session.assurance >= 3 };"}}""");

        var said = await ProtectAsync(peer, "--replace");

        Assert.Equal(0, said.Code);
        Assert.Contains("  -   when { context.session.assurance >= 3 };\n", said.Error);
        Assert.Contains("  +   when { context.session.assurance >= 2 };\n", said.Error);
        Assert.Contains(peer.Asked, asked => asked.StartsWith("POST /apply?dryRun=false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_that_nothing_changed_and_changes_nothing()
    {
        await using var peer = await PeerAsync("unchanged", "unchanged");

        var said = await ProtectAsync(peer);

        Assert.Equal(0, said.Code);
        Assert.Contains("kind: Application\nname: wiki\n", said.Out);
        Assert.StartsWith("unchanged: the door is https://wiki.example.test:8443/\n", said.Error);
        Assert.DoesNotContain(peer.Asked, asked => asked.StartsWith("POST /apply?dryRun=false", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"items":[]}""", true)]
    [InlineData("""{"items":[{"user":"root","policies":["wiki-for-administrators"]}]}""", true)]
    [InlineData("""{"items":[{"user":"alice","policies":["wiki-for-staff"]}]}""", false)]
    public async Task Says_when_nobody_may_come_in(string people, bool said)
    {
        await using var peer = (await PeerAsync("created", "created")).Answers("POST /access/who-can", 200, people);

        Assert.Equal(said, (await ProtectAsync(peer)).Error.Contains(Nobody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warns_when_nothing_answers_and_only_then()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var peer = await PeerAsync("created", "created");

        var open = await peer.RunAsync("protect", $"http://{listener.LocalEndpoint}", "--name", "wiki", "--group", "staff");
        var silent = await ProtectAsync(peer);

        Assert.DoesNotContain(Silent, open.Error);
        Assert.Contains(Silent + "http://127.0.0.1:1 now", silent.Error);
        Assert.Equal((0, 0), (open.Code, silent.Code));
    }

    [Fact]
    public async Task What_is_refused_is_told_of_the_resource_for_there_is_no_file()
    {
        await using var peer = (await PeerAsync("created", "created")).Answers("POST /apply?dryRun=true&prune=false", 422,
            """{"title":"Not applied.","errors":[{"kind":"Application","name":"wiki","field":"hosts[0]","message":"it is the host of other","fix":"choose another"},{"field":"documents[1].spec.cedar","line":2,"column":3,"message":"wrong"}]}""");

        var said = await ProtectAsync(peer);

        Assert.Equal(new Said(1, "", "doorward: application wiki: hosts[0]: it is the host of other; choose another\ndoorward: policy wiki-for-staff: cedar: wrong\n"), said);
    }

    private static Task<Said> ProtectAsync(AdministrationPeer peer, params string[] more) =>
        peer.RunAsync(["protect", "http://127.0.0.1:1", "--name", "wiki", "--group", "staff", .. more]);

    private static async Task<AdministrationPeer> PeerAsync(string application, string policy)
    {
        var changes = $$"""{"changes":[{"kind":"Application","name":"wiki","change":"{{application}}"},{"kind":"Policy","name":"wiki-for-staff","change":"{{policy}}"}],"warnings":[],"revision":1}""";
        return (await AdministrationPeer.StartAsync())
            .Answers("GET /status", 200, """{"domain":"example.test","port":8443}""")
            .Answers("GET /applications/wiki", 200, """{"kind":"Application","name":"wiki","spec":{"hosts":["wiki.example.test"],"upstream":"http://127.0.0.1:2"}}""")
            .Answers("POST /apply?dryRun=true&prune=false", 200, changes)
            .Answers("POST /groups", 200, "{}")
            .Answers("POST /apply?dryRun=false&prune=false", 200, changes)
            .Answers("POST /access/who-can", 200, """{"items":[]}""");
    }
}
