using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace AssertionVerifier;

/// <summary>
/// The issuer's public keys, from the one address that the operator configured. Gateways change keys daily: a key that is not known
/// is looked for at once, but never more than every ten seconds, so that forged tokens cannot make us ask without end.
/// </summary>
internal sealed class IssuerKeys(VerifierOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    // A key that was withdrawn (its gateway was taken over) is forgotten within this time.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly HttpClient http = new(Handler(options)) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1 << 20 };
    private readonly SemaphoreSlim fetching = new(1);
    private volatile Snapshot current = new([], DateTimeOffset.MinValue);

    /// <summary>The key of that id, or null when the issuer does not have it or cannot be asked.</summary>
    public async Task<SecurityKey?> FindAsync(string id, CancellationToken cancel)
    {
        var keys = current;
        if (keys.Fetched + Fresh > time.GetUtcNow() && keys.ById.TryGetValue(id, out var key))
        {
            return key;
        }

        return (await FetchAsync(cancel)).ById.GetValueOrDefault(id);
    }

    public void Dispose()
    {
        http.Dispose();
        fetching.Dispose();
    }

    private async Task<Snapshot> FetchAsync(CancellationToken cancel)
    {
        await fetching.WaitAsync(cancel);
        try
        {
            if (current.Fetched + Pause > time.GetUtcNow())
            {
                return current;
            }

            try
            {
                var set = new JsonWebKeySet(await http.GetStringAsync(options.KeysAddress, cancel));
                current = new Snapshot(set.Keys.Where(key => key is { Kty: "EC", Crv: "P-256", KeyId: not null }).ToDictionary(key => key.KeyId, SecurityKey (key) => key), time.GetUtcNow());
            }
            catch (Exception failure) when (failure is HttpRequestException or ArgumentException or TaskCanceledException)
            {
                // Fail closed: keys that are too old to be believed are not believed because the issuer is away.
                current = current.Fetched + Fresh > time.GetUtcNow() ? current : new Snapshot([], time.GetUtcNow());
            }

            return current;
        }
        finally
        {
            fetching.Release();
        }
    }

    private static SocketsHttpHandler Handler(VerifierOptions options)
    {
        // A redirect would let somebody else say which keys are good.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (options.AuthorityFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        if (options.Dial is { } listener)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(listener, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    private sealed record Snapshot(Dictionary<string, SecurityKey> ById, DateTimeOffset Fetched);
}
