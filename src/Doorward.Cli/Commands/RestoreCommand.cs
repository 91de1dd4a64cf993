using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Control.Storage;

namespace Doorward.Cli.Commands;

/// <summary>`restore`: puts a backup in the place of an installation that does not run. What was there is kept beside it.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<FileInfo> Source = new("file") { Description = "A file that `doorward backup` wrote", HelpName = "FILE" };

    public static Command Create() => new Command("restore", "Put a backup in place; ends all sessions and tokens, and keeps what was there aside") { Source }
        .Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var data = invocation.RequireLocalData("a restore");
        var backup = invocation.Value(Source);
        if (!backup.Exists)
        {
            throw new CommandFailure("no such file", "name a file that `doorward backup` wrote", backup.FullName);
        }

        string? aside;
        try
        {
            aside = await Restore.RunAsync(data.FullName, backup.FullName, TimeProvider.System, cancel);
        }
        catch (InstallationException refused)
        {
            throw new CommandFailure(refused.Message, cause: refused);
        }

        var kept = aside is null ? "" : $"\nwhat was there before is in {aside}";
        invocation.Report(
            $"restored {backup.FullName} into {data.FullName}; start it with `doorward up`, and everybody signs in anew\ntokens of scripts have ended too: make new ones with `doorward token create`{kept}",
            new JsonObject { ["data"] = data.FullName, ["before"] = aside });
    }
}
