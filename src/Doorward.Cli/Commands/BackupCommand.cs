using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Output;
using Doorward.Control.Storage;

namespace Doorward.Cli.Commands;

/// <summary>`backup`: a consistent copy, made by the installation when it runs. It holds keys: the file is for its owner only.</summary>
internal static class BackupCommand
{
    private static readonly Argument<FileInfo?> Destination = new("file")
    {
        Description = "Where the copy goes, on the machine of the installation; must not exist yet. Without it: into the data folder's backups",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new Command("backup", "Write a copy from which everything can be restored: database, keys, audit log") { Destination }
        .Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var path = invocation.Value(Destination)?.FullName;
        if (path is null && invocation.IsElsewhere)
        {
            // It stays there: what comes over the network is where it lies.
            using var there = invocation.Connect();
            Print(invocation, await there.PostAsync("backup", new JsonObject(), cancel));
            return;
        }

        var data = invocation.RequireLocalData("a backup to a file of your choice");
        var local = new ControlEndpoint.Local(data);
        if (!await local.IsRunningAsync(cancel))
        {
            Print(invocation, await WriteAsync(data, path, cancel));
            return;
        }

        using var client = new ControlClient(local);
        Print(invocation, await client.PostAsync("backup", path is null ? new JsonObject() : new JsonObject { ["path"] = path }, cancel));
    }

    // Nothing runs there: the copy is made by this process, which holds the folder meanwhile.
    private static async Task<JsonObject> WriteAsync(DirectoryInfo data, string? path, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(data.FullName, "doorward.db")))
        {
            throw new CommandFailure("there is no installation there", "name its data folder with --data", data.FullName);
        }

        try
        {
            using var installation = Installation.Open(data.FullName, TimeProvider.System);
            using var backup = new Backup(installation.Data, TimeProvider.System);
            var written = path is null ? await backup.WriteToFolderAsync(cancel) : await backup.WriteAsync(path, cancel);
            return new JsonObject { ["path"] = written, ["bytes"] = new FileInfo(written).Length };
        }
        catch (InstallationException refused)
        {
            throw new CommandFailure(refused.Message, cause: refused);
        }
    }

    private static void Print(Invocation invocation, JsonNode made) =>
        invocation.Print(made, new Column("FILE", "path"), new Column("BYTES", "bytes"));
}
