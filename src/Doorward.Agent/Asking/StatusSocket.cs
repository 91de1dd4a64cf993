using System.Net.Sockets;
using System.Text.Json;
using Doorward.Agent.State;

namespace Doorward.Agent.Asking;

/// <summary>
/// Tells whoever is on this machine how it does, as the control plane says now. Nothing is read from who asks, and one after the other is
/// answered.
/// </summary>
internal sealed class StatusSocket(string path, Func<CancellationToken, Task<AgentHealth>> ask, TextWriter log)
{
    private const int Waiting = 32;

    // An answer fits into what the system keeps for who reads it.
    private static readonly TimeSpan s_answering = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken ct)
    {
        Socket socket;
        try
        {
            socket = LocalSocket.Listen(path, Waiting);
        }
        catch (Exception error) when (LocalSocket.IsUnusable(error))
        {
            await log.WriteLineAsync($"doorward-agent status cannot ask this agent, it tells what was heard last: {error.Message}");
            return;
        }

        using (socket)
        {
            while (true)
            {
                using var client = await socket.AcceptAsync(ct);
                await AnswerAsync(client, ct);
            }
        }
    }

    /// <summary>Asks the agent that runs with this folder; null when none does, or it has no answer in time.</summary>
    public static async Task<AgentHealth?> AskAsync(string path, TimeSpan patience, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await using var stream = new NetworkStream(socket);
            return await JsonSerializer.DeserializeAsync(stream, AgentJson.Default.AgentHealth, limit.Token);
        }
        catch (Exception error) when (error is SocketException or IOException or JsonException or ArgumentException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken ct)
    {
        var health = await ask(ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(s_answering);
        try
        {
            var answer = JsonSerializer.SerializeToUtf8Bytes(health, AgentJson.Default.AgentHealth);
            for (var sent = 0; sent < answer.Length;) sent += await client.SendAsync(answer.AsMemory(sent), limit.Token);
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // Who asked is gone.
        }
    }
}
