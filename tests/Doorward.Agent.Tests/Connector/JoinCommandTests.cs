using Doorward.Agent.Connector;

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
        var record = new ConnectorRecord
        {
            Connector = "hq",
            Replica = "rep-1",
            Auth = "https://auth.corp.example",
            Agent = "https://agent.corp.example",
            Root = "",
            Authority = "",
        };
        new ConnectorFolder(kept).Write(record);
        Assert.EndsWith($" and remove {kept}.", Refusal(kept), StringComparison.Ordinal);

        var link = Path.Combine(_folder, "usual");
        Directory.CreateSymbolicLink(link, kept);
        Assert.EndsWith($" and remove {link} and {kept}.", Refusal(link), StringComparison.Ordinal);
    }

    private static string Refusal(string folder)
    {
        var errors = new StringWriter();
        Assert.Equal(1, JoinCommand.Run(JoinOptions.Parse(["-", "--state", folder])!, TextReader.Null, TextWriter.Null, errors));
        return errors.ToString().Trim();
    }
}
