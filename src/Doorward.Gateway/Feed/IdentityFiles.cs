using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Gateway.Feed;

/// <summary>The gateway's own key and certificate on disk. The key is made here, readable by its owner only, and never leaves.</summary>
internal sealed class IdentityFiles(string directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _keyFile = Path.Combine(directory, "gateway.key");
    private readonly string _authorityFile = Path.Combine(directory, "component-ca.pem");
    private readonly string _certificateFile = Path.Combine(directory, "gateway.pem");

    /// <summary>Whether an earlier join left a certificate.</summary>
    public bool HasCertificate => File.Exists(_certificateFile);

    /// <summary>The key of this gateway, made on first use.</summary>
    /// <exception cref="GatewayOptionsException">A key is there and cannot be read, or others can read it too: the start stops.</exception>
    public ECDsa LoadOrMakeKey()
    {
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        else
            Directory.CreateDirectory(directory);
        var key = ECDsa.Create();
        try
        {
            if (File.Exists(_keyFile))
                key.ImportFromPem(ReadPrivate(_keyFile));
            else
                MakeKey(key);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new GatewayOptionsException($"{_keyFile} holds no key: restore it, or delete it with the certificate and join again", exception);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The certificate of an earlier join with its key, or null when there is none for this key.</summary>
    public X509Certificate2? LoadCertificate(ECDsa key)
    {
        if (!File.Exists(_certificateFile))
            return null;
        try
        {
            using var bare = X509Certificate2.CreateFromPem(File.ReadAllText(_certificateFile));
            return bare.CopyWithPrivateKey(key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // A torn or foreign certificate is no identity: join again. The key decides, not this file.
            return null;
        }
    }

    /// <summary>The roots given, or those of an earlier join; empty when there are neither.</summary>
    public X509Certificate2Collection LoadAuthorities(string? given)
    {
        var authorities = new X509Certificate2Collection();
        if ((given ?? (File.Exists(_authorityFile) ? File.ReadAllText(_authorityFile) : null)) is not { } pem)
            return authorities;
        authorities.ImportFromPem(pem);
        return authorities.Count > 0
            ? authorities
            : throw new GatewayOptionsException("the component CA holds no certificate: give the PEM that the control plane wrote");
    }

    public void SaveAuthorities(string pem) => Write(_authorityFile, pem);

    public X509Certificate2 Save(byte[] certificate, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate);
        Write(_certificateFile, bare.ExportCertificatePem());
        return bare.CopyWithPrivateKey(key);
    }

    private void MakeKey(ECDsa key)
    {
        // What was certified belongs to a key that is gone: another in its place would never be let in, and nobody would know why.
        if (HasCertificate)
            throw new GatewayOptionsException($"the key {_keyFile} is gone: restore it, or delete {_certificateFile} and join again with a new token");
        key.GenerateKey(ECCurve.NamedCurves.nistP256);
        Write(_keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static string ReadPrivate(string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
                throw new GatewayOptionsException($"others can read the key {file}: chmod 600 it, or delete it with the certificate and join again");
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayOptionsException($"the key {file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces a file whole: a crash leaves the old one or the new one.</summary>
    private static void Write(string file, string text)
    {
        var fresh = file + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(fresh, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
