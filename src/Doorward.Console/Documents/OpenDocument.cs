using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Console.Calls;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Documents;

/// <summary>
/// One document as an editor holds it: what is in force, the version that the edit is made on, and what somebody else wrote meanwhile, which is
/// shown and never written over unseen.
/// </summary>
/// <param name="api">Where it is kept.</param>
/// <param name="kind">As <c>apply</c> names it.</param>
/// <param name="plural">As addresses do.</param>
public sealed class OpenDocument(ConsoleApi api, string kind, string plural)
{
    public string Kind => kind;

    /// <summary>Null as long as there is none, or it could not be read.</summary>
    public ResourceView? Stored { get; private set; }

    /// <summary>The version that the edit is made on; null for one that is not there yet.</summary>
    public string? Base { get; private set; }

    /// <summary>Somebody was faster.</summary>
    public bool IsConflict { get; private set; }

    /// <summary>What they wrote; null when they deleted it.</summary>
    public ResourceView? Theirs { get; private set; }

    public bool IsGone { get; private set; }

    private string? TheirBase { get; set; }

    public void Begin() => (Stored, Base, Theirs, TheirBase, IsConflict, IsGone) = (null, null, null, null, false, false);

    /// <summary>What is in force now, and no conflict any more; as it was when that cannot be read.</summary>
    public async Task<ApiProblem?> ReadAsync(string name)
    {
        var answer = await api.GetAsync<ResourceView>(AddressOf(name));
        var isGone = answer.Problem?.Status == StatusCodes.Status404NotFound;
        if (!answer.Succeeded(out var read, out var problem) && !isGone) return problem;
        Begin();
        (Stored, Base, IsGone) = (read, answer.ETag, isGone);
        return null;
    }

    /// <summary>What was kept of an edit was made on that version.</summary>
    public void BaseOn(string? etag) => Base = etag;

    /// <summary>Null when it is written, or when somebody was faster: then it is a conflict.</summary>
    public async Task<ApiProblem?> WriteAsync(string name, JsonObject spec, string? reason = null)
    {
        var body = new ResourceBody(JsonSerializer.SerializeToElement(spec), kind, name, Reason: reason);
        var answer = Base is null ? await api.PostAsync<JsonElement>(plural, body) : await api.PutAsync<JsonElement>(AddressOf(name), body, Base);
        return await CompareAsync(name, answer.Problem);
    }

    public async Task<ApiProblem?> DeleteAsync(string name, string reason) =>
        await CompareAsync(name, (await api.DeleteAsync($"{AddressOf(name)}?reason={Uri.EscapeDataString(reason)}", Base)).Problem);

    /// <summary>Goes on from what they wrote, which the editor has seen.</summary>
    public void KeepMine()
    {
        (Stored, Base) = (Theirs ?? Stored, TheirBase);
        (Theirs, TheirBase, IsConflict) = (null, null, false);
    }

    /// <summary>Undoes a change: over what was written and nothing that came after it.</summary>
    public async Task<ApiProblem?> PutBackAsync(ResourceView before, string? written, string reason) =>
        (await api.PutAsync<JsonElement>(AddressOf(before.Name), new ResourceBody(JsonSerializer.SerializeToElement(before.Spec), Reason: reason), written)).Problem;

    /// <summary>Undoes a deletion: made anew and not over another, so that whoever took the name meanwhile keeps it.</summary>
    public async Task<ApiProblem?> MakeAgainAsync(ResourceView before, string reason) =>
        (await api.PostAsync<JsonElement>(plural, new ResourceBody(JsonSerializer.SerializeToElement(before.Spec), kind, before.Name, Reason: reason))).Problem;

    private async Task<ApiProblem?> CompareAsync(string name, ApiProblem? refused)
    {
        if (refused?.Status is not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status409Conflict or StatusCodes.Status404NotFound) || refused.Errors is not null) return refused;
        var now = await api.GetAsync<ResourceView>(AddressOf(name));
        (IsConflict, Theirs, TheirBase) = (true, now.Value, now.ETag);
        return null;
    }

    private string AddressOf(string name) => $"{plural}/{Uri.EscapeDataString(name)}";
}
