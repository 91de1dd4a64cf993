using System.Text.Json.Nodes;
using Doorward.Agent.Connector;
using Doorward.Core.Tunnels.Joining;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>Replicas of many connectors in one process, each joined by a link of its own and run as the agent runs one.</summary>
internal sealed class ReplicaCrowd(ApartProduct product) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly List<string> _folders = [];
    private readonly CancellationTokenSource _end = new();
    private Task[] _running = [];

    public async Task JoinAsync(IEnumerable<string> connectors, int atOnce)
    {
        await Parallel.ForEachAsync(connectors, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (connector, ct) =>
        {
            var made = await product.Api.PostAsync($"connectors/{connector}/invitations", new JsonObject());
            Assert.True(ConnectorLink.TryParse((string)made!["link"]!, out var link));
            var options = new JoinOptions { State = Path.Combine(product.Folder, connector), Connect = [$"127.0.0.1:{product.Port}"] };
            var folder = new ConnectorFolder(options.State);
            folder.Create();
            var (record, problem) = await new Joiner(folder, options).JoinAsync(link, ct);
            Assert.True(record is not null, $"{connector}: {problem}");
            lock (_folders) _folders.Add(options.State);
        });
    }

    public void Start() => _running = [.. _folders.Select(folder => Task.Run(() => new ConnectorRunCommand(folder, TimeSpan.Zero).RunAsync(TextWriter.Null, TimeProvider.System, _end.Token, _end.Token)))];

    /// <summary>Completes when the control plane has heard that each is connected.</summary>
    public async Task ConnectedAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (await CountAsync() < _folders.Count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < s_patience, "all are connected");
            foreach (var ended in _running.Where(static one => one.IsCompleted)) await ended;
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running);
        _end.Dispose();
    }

    private async Task<int> CountAsync()
    {
        var healthy = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await product.Api.GetAsync($"connector-states?limit=500{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}");
            healthy += page!["items"]!.AsArray().Count(static one => (string?)one!["health"] == "healthy");
            cursor = (string?)page["next"];
        }

        return healthy;
    }
}
