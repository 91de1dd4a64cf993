using System.Net.Sockets;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Commands;

/// <summary>What somebody who has just made a door would run into next: nobody may come in, or nothing is behind it.</summary>
internal static class DoorNotes
{
    private static readonly TimeSpan DialPatience = TimeSpan.FromSeconds(2);

    public static async Task WriteAsync(Invocation invocation, ControlClient client, ProtectedDoor door, CancellationToken cancel)
    {
        await SayIfClosedAsync(invocation, client, door, cancel);
        await WarnIfSilentAsync(invocation, door, cancel);
    }

    private static async Task SayIfClosedAsync(Invocation invocation, ControlClient client, ProtectedDoor door, CancellationToken cancel)
    {
        var answer = await client.AskAllAsync("access/who-can", new JsonObject { ["application"] = door.Name, ["assurance"] = 2 }, cancel);
        var people = answer["items"]!.AsArray();
        if (!people.Any(person => person!["policies"]!.AsArray().Any(policy => policy!.GetValue<string>() == door.Policy)))
        {
            await invocation.Error.WriteLineAsync(
                $"nobody is in {door.Group} yet: `doorward user add NAME` and `doorward user invite NAME`, then apply a document with kind: Group, name: {door.Group}, members: [NAME]");
        }
    }

    // Only from here can be told what listens here; it may be started later, so it is a warning.
    private static async Task WarnIfSilentAsync(Invocation invocation, ProtectedDoor door, CancellationToken cancel)
    {
        if (invocation.IsElsewhere)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(DialPatience);
        using var dialled = new TcpClient();
        try
        {
            await dialled.ConnectAsync(door.Upstream.IdnHost, door.Upstream.Port, patience.Token);
        }
        catch (Exception silent) when (silent is SocketException || (silent is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            await invocation.Error.WriteLineAsync($"warning: nothing answers at {door.UpstreamAddress} now; until it does, people get a page that says so");
        }
    }
}
