using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`backup`: a consistent copy, made by the running installation. It holds keys: the file is for its owner only.</summary>
internal static class BackupCommand
{
    private static readonly Argument<FileInfo> Destination = new("file") { Description = "Where the copy goes, on the machine of the installation", HelpName = "FILE" };

    public static Command Create() => new Command("backup", "Write a copy from which everything can be restored") { Destination }
        .Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var body = new System.Text.Json.Nodes.JsonObject { ["path"] = invocation.Value(Destination).FullName };
            invocation.Print(await client.PostAsync("backup", body, cancel), new Column("FILE", "path"), new Column("BYTES", "bytes"), new Column("REVISION", "revision"));
        });
}
