using System.Security.Cryptography;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Keys;

/// <summary>
/// A key that was made in a TPM and cannot leave it. It stays loaded; a TPM that was reset meanwhile (hibernation, a restart of the
/// simulator) has forgotten it, and gets it again once.
/// </summary>
internal sealed class TpmDeviceKey : IDeviceKey
{
    private const int FieldBytes = 32;
    private readonly Lock _lock = new();
    private readonly TpmAddress _address;
    private readonly TpmKeyBlob _blob;
    private TpmConnection? _tpm;
    private TpmObject? _key;

    public TpmDeviceKey(TpmAddress address, TpmKeyBlob blob)
    {
        (_address, _blob) = (address, blob);
        PublicKey = TpmPublic.Parse(blob.Public.Span) is { } area && KeyPromises.OfDeviceKey(area).IsProven
            ? area.Elliptic()!.Value
            : throw new DeviceKeyException("the device key's file does not hold a key that its TPM keeps; enrol this device again");
    }

    public KeyAssurance Assurance => KeyAssurance.Tpm;

    public ECParameters PublicKey { get; }

    public byte[] SignHash(ReadOnlySpan<byte> hash)
    {
        lock (_lock)
        {
            for (var mayBeForgotten = _key is not null; ; mayBeForgotten = false)
            {
                try
                {
                    return Sign(hash);
                }
                catch (TpmException error)
                {
                    Unload();
                    if (!mayBeForgotten) throw new DeviceKeyException($"cannot sign with the device key: {error.Message}", error);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock) Unload();
    }

    private byte[] Sign(ReadOnlySpan<byte> hash)
    {
        _tpm ??= TpmConnection.Open(_address);
        _key ??= Load(_tpm);
        return _tpm.Sign(_key, hash).Joined(FieldBytes) ?? throw TpmException.Unreadable("a signature");
    }

    private TpmObject Load(TpmConnection tpm)
    {
        using var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;
        return tpm.Load(root, _blob);
    }

    private void Unload()
    {
        _key?.Dispose();
        _tpm?.Dispose();
        (_key, _tpm) = (null, null);
    }
}
