namespace Doorward.Agent.Tpm;

/// <summary>A way to a TPM: one whole command goes in, one whole response comes out.</summary>
internal interface ITpmTransport : IDisposable
{
    /// <summary>Throws <see cref="TpmException"/> when the TPM is gone.</summary>
    byte[] Exchange(ReadOnlySpan<byte> command);
}
