using System.Net.Sockets;
using Doorward.Agent.State;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>The agent that runs on this machine, as a person's command asks it.</summary>
internal static class LocalCarrier
{
    // The agent answers what the gateway did, within its own limits.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    /// <summary>Its answer, and with 200 to a tunnel what carries it; null when no agent runs here, or it is no device of that installation.</summary>
    public static async Task<(CarriedCall? Call, CarryAnswer Answer)?> AskAsync(string state, CarryRequest request, CancellationToken ct)
    {
        if (await ExchangeAsync(state, request, ct) is not var (socket, answer)) return null;
        if (request.Kind == CarryKind.Tunnel && answer.Status == 200)
            return (new CarriedCall(socket, new NetworkStream(socket), (ticket, late) => DialAsync(state, request.Auth, ticket, late)), answer);
        socket.Dispose();
        return (null, answer);
    }

    // What the agent dials with the device's certificate is handed on to this process.
    private static async Task<DataConnection?> DialAsync(string state, string auth, ReadOnlyMemory<byte> ticket, CancellationToken ct)
    {
        try
        {
            var request = new CarryRequest { Auth = auth, Kind = CarryKind.Data, Ticket = ticket.ToArray() };
            if (await ExchangeAsync(state, request, ct) is not var (socket, answer)) return null;
            if (answer.Status == 200) return DataConnection.Over(socket);
            socket.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<(Socket Socket, CarryAnswer Answer)?> ExchangeAsync(string state, CarryRequest request, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(s_patience);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(new AgentFolder(state).PeopleSocket), limit.Token);

            // The token is for nobody else.
            if (LocalUser.Of(socket) is not { } user || (user != 0 && user != LocalUser.Own)) return null;
            var stream = new NetworkStream(socket);
            await CarryText.WriteAsync(stream, request, CarryJson.Default.CarryRequest, limit.Token);
            if (await CarryText.ReadAsync(stream, CarryJson.Default.CarryAnswer, CarryText.LongestAnswer, limit.Token) is not { } answer || answer.Problem == CarryProblem.NoDevice) return null;
            var open = socket;
            socket = null;
            return (open, answer);
        }
        catch (Exception error) when (error is SocketException or IOException or ArgumentException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // Not running, not serving this user, or gone meanwhile.
            return null;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
