using System.Globalization;
using Doorward.Core.Applications;

namespace Doorward.Control.Identity;

/// <summary>What people type: the domain, and the port when it is not 443.</summary>
public sealed record InstallationAddress(string Domain, int Port)
{
    public string AuthHost => $"{SystemApplications.AuthLabel}.{Domain}";

    public string ConsoleHost => $"{SystemApplications.ConsoleLabel}.{Domain}";

    /// <summary>The OIDC issuer too.</summary>
    public string AuthOrigin => Origin(AuthHost);

    public string Origin(string host) => Port == 443 ? $"https://{host}" : string.Create(CultureInfo.InvariantCulture, $"https://{host}:{Port}");
}
