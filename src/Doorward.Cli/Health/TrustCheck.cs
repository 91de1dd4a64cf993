using System.Security.Cryptography.X509Certificates;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Health;

/// <summary>Whether this machine's own store believes the installation's CA: passkeys need that in a browser.</summary>
internal static class TrustCheck
{
    public static Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel)
    {
        var path = Path.Combine(data.FullName, "ca.pem");
        if (!File.Exists(path))
        {
            return Task.FromResult(new Finding(false, "there is no ca.pem yet", "start it with `doorward up`"));
        }

        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck } };
        return Task.FromResult(chain.Build(Authorities.FromPem(path)[0])
            ? new Finding(true, "the system's store has ca.pem")
            : new Finding(false, "the system's store does not have ca.pem", "run `doorward trust install` if browsers run here (passkeys need it; TOTP does not)") { OnlyNoted = true });
    }
}
