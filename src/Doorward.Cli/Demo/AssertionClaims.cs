using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Demo;

/// <summary>
/// The claims inside an assertion, for show. Nothing here is decided by them, so the signature is not checked; samples/assertion-verifier
/// shows how an upstream does that.
/// </summary>
internal static class AssertionClaims
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(string? assertion)
    {
        if (assertion?.Split('.') is not [_, var payload, _])
        {
            return "There is none: this page was reached by another way than its door.";
        }

        try
        {
            return JsonNode.Parse(Base64Url.DecodeFromChars(payload))?.ToJsonString(Indented) ?? "";
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return "It is not a JSON Web Token.";
        }
    }
}
