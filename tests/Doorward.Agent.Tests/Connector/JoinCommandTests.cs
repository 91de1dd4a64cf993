using Doorward.Agent.Connector;
using Doorward.Agent.Tests.Enrollment;

namespace Doorward.Agent.Tests.Connector;

public sealed class JoinCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-join-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // As systemd leaves it of a unit with DynamicUser.
    [Fact]
    public void A_machine_that_has_joined_is_told_all_that_is_to_be_removed_also_behind_a_link()
    {
        var kept = Directory.CreateDirectory(Path.Combine(_folder, "private")).FullName;
        new ConnectorFolder(kept).Write(Joined());
        Assert.EndsWith($" and remove {kept}.", Refusal(kept), StringComparison.Ordinal);

        var link = Path.Combine(_folder, "usual");
        Directory.CreateSymbolicLink(link, kept);
        Assert.EndsWith($" and remove {link} and {kept}.", Refusal(link), StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_joins_while_the_link_is_typed_stays_what_it_is()
    {
        var link = new LateLink(static part => $"https://auth.corp.example/connector/join#dwe_{part}.{part}.{part}", () => new ConnectorFolder(_folder).Write(Joined()));

        Assert.Contains("this machine has joined hq", Refusal(_folder, link), StringComparison.Ordinal);
    }

    private static ConnectorRecord Joined() => new()
    {
        Connector = "hq",
        Replica = "rep-1",
        Auth = "https://auth.corp.example",
        Agent = "https://agent.corp.example",
        Root = "",
        Authority = "",
    };

    private static string Refusal(string folder, TextReader? input = null)
    {
        var errors = new StringWriter();
        Assert.Equal(1, JoinCommand.Run(JoinOptions.Parse(["-", "--state", folder, "--connect", "127.0.0.1:1"])!, input ?? TextReader.Null, TextWriter.Null, errors));
        return errors.ToString().Trim();
    }
}
