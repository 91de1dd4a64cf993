using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Commands;

/// <summary>`reset`: deletes an installation's data folder, never while it runs and never a folder that is something else.</summary>
internal static class ResetCommand
{
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it: users, policies, keys, the audit log and the backups in its folder are gone after this" };

    public static Command Create() => new Command("reset", "Delete the installation's data") { Yes }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var data = invocation.RequireLocalData("a reset");
        if (!data.Exists)
        {
            invocation.Report($"nothing to delete: there is no {data.FullName}", new JsonObject { ["deleted"] = null });
            return;
        }

        // A control plane on its own serves no doors, and so writes no server.json; its database is what both have.
        if (ServerFile.Read(data) is null && !File.Exists(Path.Combine(data.FullName, "doorward.db")))
        {
            throw new CommandFailure("is not the data folder of an installation (it has neither server.json nor doorward.db)", "check --data", data.FullName);
        }

        if (!invocation.Value(Yes))
        {
            throw new CommandFailure("this deletes users, policies, keys, the audit log and the backups in it", "make a backup elsewhere, then say --yes", data.FullName)
            {
                ExitCode = CommandLine.WrongUsage,
            };
        }

        if (await new ControlEndpoint.Local(data).IsRunningAsync(cancel))
        {
            throw new CommandFailure("it is running", "stop `doorward up` or `doorward control-plane` first", data.FullName);
        }

        data.Delete(recursive: true);
        invocation.Report($"deleted {data.FullName}", new JsonObject { ["deleted"] = data.FullName });
    }
}
