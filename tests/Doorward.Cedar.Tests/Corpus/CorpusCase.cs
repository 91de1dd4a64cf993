using System.Text.Json;

namespace Doorward.Cedar.Tests.Corpus;

/// <summary>One test of the public corpus: policies, entities, and requests with the answers they must get.</summary>
internal sealed record CorpusCase(
    string Name, string Policies, string Schema, bool ShouldValidate, byte[] Entities, IReadOnlyList<CorpusRequest> Requests);

internal sealed record CorpusRequest(
    string Description, EntityUid Principal, EntityUid Action, EntityUid Resource, byte[] Context, bool ValidateRequest,
    Decision Decision, IReadOnlySet<string> Reasons, IReadOnlySet<string> Errors)
{
    public static CorpusRequest Read(JsonElement json) => new(
        json.TryGetProperty("description", out var description) ? description.GetString()! : "",
        ReadUid(json.GetProperty("principal")),
        ReadUid(json.GetProperty("action")),
        ReadUid(json.GetProperty("resource")),
        System.Text.Encoding.UTF8.GetBytes(json.GetProperty("context").GetRawText()),
        !json.TryGetProperty("validateRequest", out var validate) || validate.GetBoolean(),
        json.GetProperty("decision").GetString() switch { "allow" => Decision.Allow, "deny" => Decision.Deny, var other => throw new InvalidDataException(other) },
        ReadIds(json.GetProperty("reason")),
        ReadIds(json.GetProperty("errors")));

    private static EntityUid ReadUid(JsonElement json) => new(json.GetProperty("type").GetString()!, json.GetProperty("id").GetString()!);

    private static HashSet<string> ReadIds(JsonElement json) => [.. json.EnumerateArray().Select(id => id.GetString()!)];
}
