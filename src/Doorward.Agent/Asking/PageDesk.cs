using System.Net;
using System.Text.Json;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Asking;

/// <summary>
/// Answers one request of a page of this machine's browsers. Only pages of the sign-in host that this device is enrolled at get an answer
/// that they can read, only under the address itself (a name that leads here is somebody's DNS), and only for one thing.
/// </summary>
internal sealed class PageDesk(string origin, int port, Func<ProofRequest, CancellationToken, Task<DeviceProblem?>> prove)
{
    private static readonly DeviceProblem s_unreadable = new("malformed", "The page asked for what the agent does not do.", "Load the page again.");
    private readonly string _host = $"{IPAddress.Loopback}:{port}";
    private readonly string _welcome = $"Access-Control-Allow-Origin: {origin}\r\n";

    public async Task AnswerAsync(PageStream stream, CancellationToken reading, CancellationToken answering)
    {
        if (await stream.ReadHeadAsync(reading) is not { } request)
            await stream.WriteAsync(400, "Bad Request", "", default, answering);
        else if (request.Host != _host)
            await stream.WriteAsync(421, "Misdirected Request", "", default, answering);
        else if (request.Origin != origin)
            await stream.WriteAsync(403, "Forbidden", "", default, answering);
        else if (request.Path != AgentAsk.Path)
            await stream.WriteAsync(404, "Not Found", _welcome, default, answering);
        else if (request.Method == "OPTIONS")
            await stream.WriteAsync(204, "No Content", Permission(request), default, answering);
        else if (request.Method != "POST")
            await stream.WriteAsync(405, "Method Not Allowed", $"{_welcome}Allow: POST\r\n", default, answering);
        else
            await ProveAsync(stream, request, reading, answering);
    }

    // A type that no form can send: whatever asks was let through by the answer to its preflight.
    private async Task ProveAsync(PageStream stream, PageRequest request, CancellationToken reading, CancellationToken answering)
    {
        var asked = request.ContentType == "application/json" && await stream.ReadBodyAsync(request.Length, reading) is { } body ? Read(body.Span) : null;
        var problem = asked is null ? s_unreadable : await prove(asked, answering);
        if (problem is null)
            await stream.WriteAsync(204, "No Content", _welcome, default, answering);
        else
            await stream.WriteAsync(asked is null ? 400 : 409, asked is null ? "Bad Request" : "Conflict", $"{_welcome}Content-Type: application/json\r\n", JsonSerializer.SerializeToUtf8Bytes(problem, DeviceJson.Default.DeviceProblem), answering);
    }

    private string Permission(PageRequest request) =>
        $"{_welcome}Access-Control-Allow-Methods: POST\r\nAccess-Control-Allow-Headers: content-type\r\n{(request.AsksForPrivateNetwork ? "Access-Control-Allow-Private-Network: true\r\n" : "")}";

    private static ProofRequest? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DeviceJson.Default.ProofRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
