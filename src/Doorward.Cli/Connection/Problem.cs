using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Connection;

/// <summary>Turns a problem+json answer (RFC 9457, with our `field` and `fix`) into the failure that a person reads.</summary>
internal static class Problem
{
    public static async Task<CommandFailure> ReadAsync(HttpResponseMessage response, ControlEndpoint endpoint, CancellationToken cancel)
    {
        var problem = await BodyOf(response, cancel);
        var first = problem?["errors"] is JsonArray { Count: > 0 } errors ? errors[0] as JsonObject : null;
        var what = Text(first, "message") ?? Text(problem, "detail") ?? Text(problem, "title") ?? InWords(response.StatusCode);
        var fix = Text(problem, "fix") ?? (response.StatusCode == HttpStatusCode.Unauthorized
            ? "give a token of this installation with --token-file"
            : null);
        return new CommandFailure(what, fix, PlaceOf(first) ?? Text(problem, "field") ?? PlaceOf(response.StatusCode, endpoint))
        {
            Status = response.StatusCode,
            Problem = problem,
        };
    }

    /// <summary>The resource and field that an error of a publication is about, or null.</summary>
    private static string? PlaceOf(JsonObject? error)
    {
        var resource = string.Join(' ', new[] { Text(error, "kind"), Text(error, "name") }.OfType<string>());
        var parts = new[] { resource, Text(error, "field") ?? "" }.Where(part => part.Length > 0);
        return parts.Any() ? string.Join(": ", parts) : null;
    }

    // What the one installation of this machine refuses is not made clearer by the name of its socket.
    private static string? PlaceOf(HttpStatusCode status, ControlEndpoint endpoint) =>
        endpoint is ControlEndpoint.Local && (int)status < 500 ? null : endpoint.Name;

    public static string? Text(JsonObject? problem, string member) =>
        problem?[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static string InWords(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "the token is missing, expired or revoked",
        HttpStatusCode.Forbidden => "this is not allowed to you",
        HttpStatusCode.NotFound => "there is nothing of that name",
        _ => $"the answer was {(int)status} {status}",
    };

    private static async Task<JsonObject?> BodyOf(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync<JsonObject>(cancel);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
