using System.Net.Http.Headers;
using System.Net.Sockets;
using Doorward.Agent.State;
using Doorward.Agent.Tunnels;
using Doorward.Core.Agents;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>
/// Does one thing that a person's command asks: opens a tunnel, makes the session the device's, or orders an SSH certificate. Its words are put
/// together here, of parts that are looked at; the token says whose they are, and the gateway judges it as it judges every other.
/// </summary>
internal sealed class CarrierDesk(AgentRecord record, DeviceConnection connection)
{
    private const string TokenPrefix = "dwt_";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    // A gateway waits up to 15 s for a connector, which tries its target for ten.
    private static readonly TimeSpan s_opening = TimeSpan.FromSeconds(30);

    public async Task ServeAsync(Socket client, Stream stream, bool isBusy, CancellationToken ct)
    {
        // Before anything of theirs is read: what waits to be refused must cost nothing.
        if (isBusy)
        {
            await AnswerAsync(stream, new CarryAnswer(0, [], CarryProblem.Busy), ct);
            client.Shutdown(SocketShutdown.Send);

            // Closed at once, whoever still writes would find a broken pipe in place of the answer.
            await InTimeAsync(s_farewell, late => DrainAsync(stream, late), ct);
            return;
        }

        var asked = await InTimeAsync(s_patience, late => CarryText.ReadAsync(stream, CarryJson.Default.CarryRequest, CarryText.LongestRequest, late), ct);
        if (asked is { Kind: CarryKind.Data, Ticket: { Length: DataConnection.TicketBytes } ticket })
        {
            await CarryDataAsync(asked.Auth, ticket, client, stream, ct);
            return;
        }

        if (asked is null || Read(asked) is not { } request)
        {
            await AnswerAsync(stream, new CarryAnswer(0, [], CarryProblem.Malformed), ct);
            return;
        }

        using (request)
        {
            var (call, answer) = await AskAsync(asked, request, ct);
            if (call is null)
            {
                await AnswerAsync(stream, answer!, ct);
                return;
            }

            await using (call)
            {
                await AnswerAsync(stream, new CarryAnswer(200, []), ct);
                await new CarriedTunnel(call, client, stream).RunAsync(ct);
            }
        }
    }

    private async Task CarryDataAsync(string auth, byte[] ticket, Socket client, Stream stream, CancellationToken ct)
    {
        if (auth != record.Auth || await connection.ReadyAsync(ct) is not (_, var dialer))
        {
            await AnswerAsync(stream, new CarryAnswer(0, [], CarryProblem.NoDevice), ct);
            return;
        }

        if (await dialer.DialAsync(ticket, ct) is not { } data)
        {
            await AnswerAsync(stream, new CarryAnswer(0, [], CarryProblem.Silence), ct);
            return;
        }

        await using (data)
        {
            await AnswerAsync(stream, new CarryAnswer(200, []), ct);
            await new CarriedData(data, client).RunAsync(ct);
        }
    }

    private async Task<(TunnelCall? Call, CarryAnswer? Answer)> AskAsync(CarryRequest asked, HttpRequestMessage request, CancellationToken ct)
    {
        if (asked.Auth != record.Auth || await connection.ReadyAsync(ct) is not var (http, dialer)) return (null, new CarryAnswer(0, [], CarryProblem.NoDevice));
        try
        {
            if (asked.Kind == CarryKind.Tunnel)
            {
                var (call, refused) = await InTimeAsync(s_opening, late => TunnelCall.OpenAsync(http, request, late, dialer.DialAsync), ct);
                if (call is not null) return (call, null);
                using (refused) return (null, await ReadAsync(refused!, ct));
            }

            using var response = await InTimeAsync(s_opening, late => http.SendAsync(request, late), ct);
            return (null, await ReadAsync(response, ct));
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (null, new CarryAnswer(0, [], CarryProblem.Silence, error is HttpRequestException http1 ? TunnelRefusal.Words(http1) : "the gateway does not answer"));
        }
    }

    private HttpRequestMessage? Read(CarryRequest asked)
    {
        var agent = new Uri(record.Agent);
        switch (asked)
        {
            case { Kind: CarryKind.Tunnel, Application: { } application, Token: { } token }
                when TunnelOptions.IsName(application) && IsToken(token) && (asked.Target is null || TunnelTarget.TryRead(asked.Target, out _, out _)):
                return TunnelRequest.Of(agent, application, asked.Target, token);
            case { Kind: CarryKind.SshCertificate, Application: { } application, Body: { } body } when TunnelOptions.IsName(application):
                return Post(new Uri(agent, AgentPaths.DeviceSsh + application), body);
            case { Kind: CarryKind.Bind, Body: { } body }:
                return Post(new Uri(agent, AgentPaths.Bind), body);
            default:
                return null;
        }
    }

    private static HttpRequestMessage Post(Uri uri, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
    }

    // What follows the prefix stands in a header.
    private static bool IsToken(string text) => text.StartsWith(TokenPrefix, StringComparison.Ordinal) && text.Length <= 256 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static async Task<CarryAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        new((int)response.StatusCode, await InTimeAsync(s_patience, late => AnswerBody.ReadAsync(response, late), ct));

    private static Task<bool> AnswerAsync(Stream stream, CarryAnswer answer, CancellationToken ct) =>
        InTimeAsync(s_patience, async late =>
        {
            await CarryText.WriteAsync(stream, answer, CarryJson.Default.CarryAnswer, late);
            return true;
        }, ct);

    private static async Task<bool> DrainAsync(Stream stream, CancellationToken ct)
    {
        var part = new byte[256];
        while (await stream.ReadAsync(part, ct) > 0)
        {
            // Nothing of it is used.
        }

        return true;
    }

    private static async Task<T> InTimeAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> run, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        return await run(limit.Token);
    }
}
