using System.Text.Json;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>Says in plain words what is wrong with a body that could not be read.</summary>
internal static class BadRequests
{
    public static ApiProblem Explain(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiProblem
        {
            Title = "The request is too large",
            Status = bad.StatusCode,
            Detail = $"At most {ApiGate.MaxBody / (1024 * 1024)} MB are read.",
            Fix = "Send less at a time.",
        },
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new ApiProblem
        {
            Title = "The request is not right",
            Status = bad.StatusCode,
            Detail = "The body is not declared as JSON.",
            Fix = "Send Content-Type: application/json.",
        },
        { InnerException: JsonException json } => ApiProblem.BadRequest(
            $"The body is not the JSON that is expected here{Where(json)}{Place(json)}.", Field(json), "See /openapi/v1.json for its fields."),
        _ => ApiProblem.BadRequest("A value in the address or body is missing or malformed.", null, "See /openapi/v1.json for what is expected."),
    };

    // The message of the exception names types of ours and quotes values; its place does neither.
    private static string Place(JsonException json) =>
        json is { LineNumber: { } line, BytePositionInLine: { } column } ? $" (line {line + 1}, column {column + 1})" : "";

    // Text that is no JSON at all is no field's fault.
    private static string Where(JsonException json) => json.InnerException is not JsonException && Field(json) is { } field ? $": {Shown.Text(field)}" : "";

    private static string? Field(JsonException json) => json.Path is { Length: > 2 } path ? path[2..] : null;
}
