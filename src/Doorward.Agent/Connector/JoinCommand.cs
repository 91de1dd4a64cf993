using Doorward.Agent.Enrollment;
using Doorward.Agent.Keys;
using Doorward.Core.Tunnels.Joining;

namespace Doorward.Agent.Connector;

/// <summary>Joins this machine to a connector by a one-time link, and says what became of it.</summary>
internal static class JoinCommand
{
    public static int Run(JoinOptions options, TextReader input, TextWriter output, TextWriter errors)
    {
        var folder = new ConnectorFolder(options.State);
        try
        {
            if (folder.HasRecord) return Refuse(folder, errors);
            if (!ConnectorLink.TryParse(LinkPrompt.Read(options.Link, "doorward-agent connector join", "Link", input, errors), out var link))
            {
                errors.WriteLine("doorward-agent: that is no link of a connector. Give the whole of it, from https:// to its end.");
                return 1;
            }

            folder.Create();
            using var held = folder.Lock();

            // Another may have joined it while the link was asked for.
            if (folder.HasRecord) return Refuse(folder, errors);
            var (record, problem) = new Joiner(folder, options).JoinAsync(link, CancellationToken.None).GetAwaiter().GetResult();
            if (record is null)
            {
                errors.WriteLine($"doorward-agent: not joined: {problem}");
                return 1;
            }

            output.WriteLine($"Joined connector {record.Connector} as replica {record.Replica}.");
            return 0;
        }
        catch (DeviceKeyException error)
        {
            errors.WriteLine($"doorward-agent: not joined: {error.Message}");
            return 1;
        }
    }

    private static int Refuse(ConnectorFolder folder, TextWriter errors)
    {
        errors.WriteLine($"doorward-agent: this machine has joined {folder.Read().Connector}. To join anew, have that replica retired and remove {Places(folder.Location)}.");
        return 1;
    }

    // With DynamicUser systemd moves the folder and leaves a link. The link alone removed, the unit could not start any more.
    private static string Places(string folder) =>
        Directory.ResolveLinkTarget(folder, returnFinalTarget: true) is { } target ? $"{folder} and {target.FullName}" : folder;
}
