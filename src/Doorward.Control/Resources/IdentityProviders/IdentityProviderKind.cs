using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Resources.IdentityProviders;

/// <summary>OpenID Connect providers that people may sign in with.</summary>
internal sealed class IdentityProviderKind(SecretFields secrets) : DocumentKind<IdentityProviderSpec>
{
    private static readonly IdentityProviderSpec Defaults = new() { DisplayName = "", Issuer = new Uri("https://issuer.invalid"), ClientId = "" };

    public override string Kind => ResourceKinds.IdentityProvider;

    public override string Plural => "identityproviders";

    public override bool RefersToOthers => true;

    protected override IdentityProviderSpec ReadSpec(SpecReading reading)
    {
        var fields = reading.Spec;
        var issuer = ReadIssuer(fields);
        var claims = fields.Object("claims");
        var spec = new IdentityProviderSpec
        {
            DisplayName = fields.Text("displayName", 128) ?? reading.Name,
            Issuer = issuer ?? Defaults.Issuer,
            ClientId = fields.RequiredText("clientId", "add clientId: as registered with the provider") ?? "",
            ClientSecretSealed = secrets.Read(
                fields, "clientSecret", reading.StoredAs<IdentityProviderSpec>()?.ClientSecretSealed, SecretPurposes.IdentityProviderSecret, reading.Name),
            Scopes = fields.Has("scopes") ? fields.Texts("scopes") : Defaults.Scopes,
            UsernameClaim = claims?.Text("username") ?? Defaults.UsernameClaim,
            EmailClaim = claims?.Text("email") ?? Defaults.EmailClaim,
            UnverifiedEmail = fields.Flag("unverifiedEmail"),
            GroupsClaim = claims?.Text("groups"),
            Groups = fields.Map("groups"),
            Acr = ReadLevels(fields, "acr"),
            Amr = ReadLevels(fields, "amr"),
            CreateUsers = fields.Flag("createUsers", otherwise: true),
            CaPem = Pem.ReadCertificates(fields, "ca"),
            Disabled = fields.Flag("disabled"),
        };
        claims?.End();
        fields.End();
        if (!spec.Scopes.Contains("openid")) fields.Fail("scopes", "the scope openid is missing", "add openid");
        if (!spec.Groups.IsEmpty && spec.GroupsClaim is null) fields.Fail("claims.groups", "groups are mapped from no claim", "add claims: { groups: groups }");
        return spec;
    }

    protected override JsonObject WriteSpec(IdentityProviderSpec spec)
    {
        var claims = new SpecWriter()
            .Text("username", spec.UsernameClaim == Defaults.UsernameClaim ? null : spec.UsernameClaim)
            .Text("email", spec.EmailClaim == Defaults.EmailClaim ? null : spec.EmailClaim)
            .Text("groups", spec.GroupsClaim);
        return new SpecWriter()
            .Text("displayName", spec.DisplayName)
            .Text("issuer", spec.Issuer.OriginalString)
            .Text("clientId", spec.ClientId)
            .Secret("clientSecret", spec.ClientSecretSealed)
            .Texts("scopes", spec.Scopes.SequenceEqual(Defaults.Scopes) ? [] : spec.Scopes)
            .Object("claims", claims.Spec.Count == 0 ? null : claims)
            .Flag("unverifiedEmail", spec.UnverifiedEmail)
            .Map("groups", spec.Groups)
            .Map("acr", Texts(spec.Acr))
            .Map("amr", Texts(spec.Amr))
            .Flag("createUsers", spec.CreateUsers, otherwise: true)
            .Text("ca", spec.CaPem)
            .Flag("disabled", spec.Disabled)
            .Spec;
    }

    protected override IdentityProviderSpec FromJson(string json) =>
        JsonSerializer.Deserialize<IdentityProviderSpec>(json, JsonSerializerOptions.Web)!;

    protected override string ToJson(IdentityProviderSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    protected override void CheckSpec(World world, ResourceKey key, IdentityProviderSpec spec, Findings findings)
    {
        foreach (var group in spec.Groups.Values.Where(group => !world.Groups.ContainsKey(group)).Distinct(StringComparer.Ordinal))
        {
            findings.Add(key, "groups", $"there is no group {Shown.Text(group)}", $"add a Group document of that name, or remove it here");
        }
    }

    private static Uri? ReadIssuer(SpecReader fields)
    {
        if (fields.RequiredText("issuer", "add issuer: https://host, as the provider's discovery document writes it") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var issuer) && issuer.UserInfo.Length == 0 && issuer.Query.Length == 0 && issuer.Fragment.Length == 0
            && (issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)))
        {
            if (!SpecialAddresses.IsMetadataName(issuer.Host)) return issuer;
        }

        fields.Fail("issuer", $"'{Shown.Text(text)}' is not the issuer of a provider", "write an https URL without query (http only for this machine)");
        return null;
    }

    private static ImmutableSortedDictionary<string, int> ReadLevels(SpecReader fields, string field)
    {
        var levels = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var (value, text) in fields.Map(field))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level is >= 1 and <= 3) levels[value] = level;
            else fields.Fail($"{field}.{Shown.Text(value)}", $"'{Shown.Text(text)}' is not an assurance", "write 1 password, 2 two factors or 3 phishing-resistant");
        }

        return levels.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, string> Texts(ImmutableSortedDictionary<string, int> levels) =>
        levels.ToImmutableSortedDictionary(static l => l.Key, static l => l.Value.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
