using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Doorward.Core.Devices;

namespace Doorward.Agent.Keys.Pkcs11;

/// <summary>Which token holds the key. The PIN lies in a file that only its owner may read.</summary>
internal sealed record Pkcs11Settings
{
    public required string Module { get; init; }
    public required string Token { get; init; }
    public required string PinFile { get; init; }
    public string Label { get; init; } = "doorward device";
}

/// <summary>A key that was made in a PKCS #11 token and, as that says, never was outside. One that could have been is refused.</summary>
internal sealed class Pkcs11DeviceKey : IDeviceKey
{
    private const int FieldBytes = 32;

    // Object identifier of P-256 (RFC 5480 section 2.1.1.1)
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    private readonly Lock _lock = new();
    private readonly Pkcs11Module _module;
    private readonly Pkcs11Settings _settings;
    private Pkcs11Session _session;
    private nuint _key;

    private Pkcs11DeviceKey(Pkcs11Module module, Pkcs11Settings settings)
    {
        (_module, _settings) = (module, settings);
        _session = Connect();
        try
        {
            _key = FindKey() ?? Generate();
            PublicKey = ReadPublicKey();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public KeyAssurance Assurance => KeyAssurance.Pkcs11;

    public ECParameters PublicKey { get; }

    /// <summary>The key in the token; it is made when there is none.</summary>
    public static Pkcs11DeviceKey OpenOrCreate(Pkcs11Settings settings)
    {
        try
        {
            return new Pkcs11DeviceKey(Pkcs11Module.Load(settings.Module), settings);
        }
        catch (Pkcs11Exception error)
        {
            throw new DeviceKeyException($"cannot use the token {settings.Token}: {error.Message}", error);
        }
    }

    public byte[] SignHash(ReadOnlySpan<byte> hash)
    {
        lock (_lock)
        {
            try
            {
                return Sign(hash);
            }
            catch (Pkcs11Exception error) when (error.IsSessionLost)
            {
                return SignAgain(hash);
            }
            catch (Pkcs11Exception error)
            {
                throw Unusable(error);
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private byte[] Sign(ReadOnlySpan<byte> hash)
    {
        var signature = _session.Sign(Pkcs11Constants.Ecdsa, _key, hash);
        return signature.Length == 2 * FieldBytes ? signature : throw new DeviceKeyException("the token gave a signature of a wrong length");
    }

    // The token was away: handles of keys are new with a new session.
    private byte[] SignAgain(ReadOnlySpan<byte> hash)
    {
        try
        {
            _session.Dispose();
            _session = Connect();
            _key = FindKey() ?? throw new DeviceKeyException($"the token {_settings.Token} has no device key any more: enrol this device again");
            return Sign(hash);
        }
        catch (Pkcs11Exception error)
        {
            throw Unusable(error);
        }
    }

    private Pkcs11Session Connect()
    {
        var pin = PrivateFile.Read(_settings.PinFile);
        try
        {
            return new Pkcs11Session(_module, _module.FindSlot(_settings.Token), pin.AsSpan().TrimEnd("\r\n"u8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private nuint? FindKey()
    {
        if (Find(Pkcs11Constants.PrivateKeyClass) is not { } key) return null;
        foreach (var promise in (Pkcs11Attribute[])[Pkcs11Attribute.Local, Pkcs11Attribute.NeverExtractable, Pkcs11Attribute.AlwaysSensitive])
        {
            if (_session.Read(key, promise) is not [1])
                throw new DeviceKeyException($"the key {_settings.Label} in the token {_settings.Token} may have been outside of it ({promise} is not set): remove it, so that a new one is made");
        }

        return key;
    }

    private nuint? Find(nuint kind)
    {
        using var template = new Pkcs11Template().With(Pkcs11Attribute.Class, kind).With(Pkcs11Attribute.Label, Encoding.UTF8.GetBytes(_settings.Label));
        return _session.Find(template) switch
        {
            [var only] => only,
            [] => null,
            _ => throw new DeviceKeyException($"the token {_settings.Token} has several keys labelled {_settings.Label}: remove all but one"),
        };
    }

    private nuint Generate()
    {
        var label = Encoding.UTF8.GetBytes(_settings.Label);
        using var outer = new Pkcs11Template().With(Pkcs11Attribute.Token, true).With(Pkcs11Attribute.Label, label)
            .With(Pkcs11Attribute.Verify, true).With(Pkcs11Attribute.EcParameters, P256);
        using var inner = new Pkcs11Template().With(Pkcs11Attribute.Token, true).With(Pkcs11Attribute.Label, label)
            .With(Pkcs11Attribute.Private, true).With(Pkcs11Attribute.Sensitive, true).With(Pkcs11Attribute.Extractable, false)
            .With(Pkcs11Attribute.Sign, true);
        _session.Generate(Pkcs11Constants.EcKeyPairGeneration, outer, inner);
        return FindKey() ?? throw new DeviceKeyException("the token made a key and does not have it");
    }

    // CKA_EC_POINT is an OCTET STRING that holds 04 || X || Y (PKCS #11 section 2.3.3).
    private ECParameters ReadPublicKey()
    {
        var handle = Find(Pkcs11Constants.PublicKeyClass) ?? throw new DeviceKeyException("the token has no public part of the device key");
        if (!_session.Read(handle, Pkcs11Attribute.EcParameters).AsSpan().SequenceEqual(P256)) throw new DeviceKeyException("the key in the token is not P-256");
        try
        {
            var point = AsnDecoder.ReadOctetString(_session.Read(handle, Pkcs11Attribute.EcPoint), AsnEncodingRules.DER, out _);
            if (point is not [4, ..] || point.Length != 1 + (2 * FieldBytes)) throw new DeviceKeyException("the token gives no point for the device key");
            return new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..(1 + FieldBytes)], Y = point[(1 + FieldBytes)..] } };
        }
        catch (AsnContentException error)
        {
            throw new DeviceKeyException("the token gives no point for the device key", error);
        }
    }

    private DeviceKeyException Unusable(Pkcs11Exception error) => new($"cannot sign with the key in the token {_settings.Token}: {error.Message}", error);
}
