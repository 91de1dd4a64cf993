using System.Buffers.Text;
using System.Text.Json;

namespace Doorward.Control.Identity.Passkeys;

/// <summary>What an authenticator's answer says of itself before anything of it is checked.</summary>
internal static class PasskeyAnswer
{
    private const int LongestAnswer = 64 * 1024;
    private const int LongestId = 1024; // CTAP 2.1: at most 1023 bytes

    /// <summary>The credential that it says it is of; null when it is no answer. Anybody can write anybody's there.</summary>
    public static byte[]? IdOf(string credential)
    {
        if (credential.Length > LongestAnswer)
            return null;
        try
        {
            using var answer = JsonDocument.Parse(credential, new JsonDocumentOptions { MaxDepth = 32 });
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.String && id.GetString() is { } text && Base64Url.IsValid(text, out var length) && length is > 0 and <= LongestId
                ? Base64Url.DecodeFromChars(text)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
