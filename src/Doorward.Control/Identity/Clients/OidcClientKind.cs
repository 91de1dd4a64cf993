using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Identity.Clients;

/// <summary>Applications of others' making that sign people in here by OpenID Connect.</summary>
internal sealed class OidcClientKind : DocumentKind<OidcClientSpec>
{
    private const string Fix = "write the whole address, as the client sends it: https://host/path, http://127.0.0.1:port/path or scheme.of.the.app:/path";

    public override string Kind => OidcClientSpec.Kind;

    public override string Plural => "oidcclients";

    protected override OidcClientSpec ReadSpec(SpecReading reading)
    {
        var fields = reading.Spec;
        var spec = new OidcClientSpec
        {
            DisplayName = fields.Text("displayName", 128),
            RedirectUris = fields.Texts("redirectUris", 2048),
            PostLogoutRedirectUris = fields.Texts("postLogoutRedirectUris", 2048),
            ClientSecretHash = ReadSecret(fields, reading.StoredAs<OidcClientSpec>()?.ClientSecretHash),
        };
        fields.End();
        if (AgentClient.Is(reading.Name))
            fields.Fail("name", "this client is built in", "choose another name");
        if (spec.RedirectUris.IsEmpty)
            fields.Fail("redirectUris", "a client needs an address to come back to", Fix);
        Check(fields, "redirectUris", spec.RedirectUris);
        Check(fields, "postLogoutRedirectUris", spec.PostLogoutRedirectUris);
        return spec;
    }

    protected override JsonObject WriteSpec(OidcClientSpec spec) => new SpecWriter()
        .Text("displayName", spec.DisplayName)
        .Texts("redirectUris", spec.RedirectUris)
        .Texts("postLogoutRedirectUris", spec.PostLogoutRedirectUris)
        .Secret("clientSecret", spec.ClientSecretHash)
        .Spec;

    protected override OidcClientSpec FromJson(string json) => JsonSerializer.Deserialize<OidcClientSpec>(json, JsonSerializerOptions.Web)!;

    protected override string ToJson(OidcClientSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    // The same secret again keeps its hash, so that applying the same document again changes nothing.
    private static string? ReadSecret(SpecReader fields, string? stored)
    {
        const string Field = "clientSecret";
        var secret = fields.Secret(Field);
        if (secret.IsAbsent) return null;
        if (secret.Kept)
        {
            if (stored is null) fields.Fail(Field, "nothing is stored that could be kept", "give the secret itself");
            return stored;
        }

        var text = secret.Value!;
        if (text.Length < ClientSecrets.Shortest) fields.Fail(Field, "the secret is too short", $"use {ClientSecrets.Shortest} random characters or more");
        return stored is not null && ClientSecrets.Verify(stored, text) ? stored : ClientSecrets.Hash(text);
    }

    private static void Check(SpecReader fields, string field, IEnumerable<string> uris)
    {
        foreach (var text in uris.Where(text => !IsAddress(text)))
            fields.Fail(field, $"'{Shown.Text(text)}' is not an address that a client may come back to", Fix);
    }

    // RFC 9700 section 4.1, RFC 8252 section 7: https; http to this machine only; an app's own scheme with a dot in it.
    private static bool IsAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0 || text.Contains('*', StringComparison.Ordinal))
            return false;
        return uri.Scheme switch { "https" => true, "http" => uri.IsLoopback, var own => own.Contains('.', StringComparison.Ordinal) };
    }
}
