using System.Text.Json;
using Doorward.Core.Applications;

namespace Doorward.Control.Storage;

/// <summary>The one secret in an application, the key of its client certificate: sealed where it is kept, open only on its way to a gateway.</summary>
public static class ApplicationSecrets
{
    /// <summary>The definition as it may be stored.</summary>
    public static ApplicationDefinition Seal(SecretSealer sealer, ApplicationDefinition definition) =>
        definition.Tls?.ClientKeyPem is { } key && !SecretSealer.IsSealed(key)
            ? definition with { Tls = definition.Tls with { ClientKeyPem = sealer.Seal(SecretPurposes.ApplicationClientKey, definition.Name, key) } }
            : definition;

    /// <summary>The stored JSON with its secret opened.</summary>
    public static string Unseal(SecretSealer sealer, string name, string json)
    {
        var definition = JsonSerializer.Deserialize(json, ApplicationJson.Default.ApplicationDefinition);
        if (definition?.Tls?.ClientKeyPem is not { } key || !SecretSealer.IsSealed(key))
        {
            return json;
        }

        var opened = definition with { Tls = definition.Tls with { ClientKeyPem = sealer.UnsealText(SecretPurposes.ApplicationClientKey, name, key) } };
        return JsonSerializer.Serialize(opened, ApplicationJson.Default.ApplicationDefinition);
    }
}
