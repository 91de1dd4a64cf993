using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Authentication;

/// <summary>What a person's own session looks like from this door, as JSON for their own pages.</summary>
internal sealed record WhoAmI(
    string Session,
    string User,
    string? Email,
    ImmutableArray<string> Groups,
    int Assurance,
    ImmutableArray<string> Methods,
    DateTimeOffset Authenticated,
    DateTimeOffset Expires)
{
    public static Task WriteAsync(HttpContext context)
    {
        var access = context.Access();
        if (access.Credential?.Session is not { View: { Ended: null } view } session)
            return DenialWriter.WriteAsync(context, AccessPages.NoSession(access.SessionEnd));
        var subject = session.EvidenceOfSubject(view, access.State.Groups);
        var answer = new WhoAmI(
            session.Id, subject.Name, subject.Email, subject.Groups,
            view.Evidence.Assurance, view.Evidence.Methods, view.Evidence.Authenticated, view.Evidence.Expires);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, WhoAmIJson.Default.WhoAmI, context.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WhoAmI))]
internal sealed partial class WhoAmIJson : JsonSerializerContext;
