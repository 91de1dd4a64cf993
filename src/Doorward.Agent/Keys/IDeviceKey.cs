using System.Security.Cryptography;
using Doorward.Core.Devices;

namespace Doorward.Agent.Keys;

/// <summary>A device's P-256 key, wherever it is kept. What it signs with never comes out.</summary>
internal interface IDeviceKey : IDisposable
{
    /// <summary>What this device can say for it; <see cref="KeyAssurance.TpmAttested"/> is for the control plane to conclude.</summary>
    KeyAssurance Assurance { get; }

    ECParameters PublicKey { get; }

    /// <summary>Signs a SHA-256 hash by ECDSA; r and s side by side, 32 bytes each. Throws <see cref="DeviceKeyException"/> when the key is out of reach.</summary>
    byte[] SignHash(ReadOnlySpan<byte> hash);
}

/// <summary>A device key cannot be used: what, where, and what to do about it. It is never replaced by a weaker one in silence.</summary>
internal sealed class DeviceKeyException(string message, Exception? inner = null) : Exception(message, inner);
