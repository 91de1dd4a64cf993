using System.Text.Json.Nodes;
using Doorward.Console.Documents;

namespace Doorward.Console.Applications;

/// <summary>Where people of a first application sign in: here, or at an OpenID Connect provider that is added with it.</summary>
internal sealed class ProviderChoice
{
    /// <summary>What stands for the secret in a document that is shown.</summary>
    private const string Withheld = "THE-CLIENT-SECRET";

    public bool Elsewhere { get; set; }

    public string Name { get; set; } = "";

    public string Issuer { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Goes into what is applied and nowhere else.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>As apply takes it, but for the secret.</summary>
    public string Yaml => DocumentYaml.Write("IdentityProvider", Name, Spec(Withheld));

    public JsonObject ToSpec() => Spec(ClientSecret.Trim());

    // A record of it must never hold the secret.
    public override string ToString() => nameof(ProviderChoice);

    private JsonObject Spec(string secret)
    {
        var spec = new JsonObject { ["issuer"] = Issuer.Trim(), ["clientId"] = ClientId.Trim() };
        if (!string.IsNullOrWhiteSpace(ClientSecret)) spec["clientSecret"] = secret;
        return spec;
    }
}
