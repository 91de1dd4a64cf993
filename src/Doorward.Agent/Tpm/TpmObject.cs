using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>A key or session in the TPM's memory, flushed when it is disposed of.</summary>
internal sealed class TpmObject(TpmConnection connection, uint handle) : IDisposable
{
    private bool _isFlushed;

    public uint Handle { get; } = handle;

    public void Dispose()
    {
        if (_isFlushed) return;
        _isFlushed = true;
        if (connection.IsGone) return;
        try
        {
            connection.Execute(TpmCommand.FlushContext, [], [], new TpmWriter().UInt32(Handle));
        }
        catch (TpmException)
        {
            // Gone, or reset since: then it is flushed. What was done with it stands, or has failed for its own reason.
        }
    }
}

/// <summary>A key that was made in the TPM, as it is kept outside: its private part sealed by its parent. Worthless anywhere else.</summary>
internal sealed record TpmKeyBlob(ReadOnlyMemory<byte> Private, ReadOnlyMemory<byte> Public)
{
    /// <summary>Both parts, each a TPM2B.</summary>
    public byte[] ToArray() => new TpmWriter().Sized(Private.Span).Sized(Public.Span).ToArray();

    public static TpmKeyBlob? Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var blob = new TpmKeyBlob(reader.Sized().ToArray(), reader.Sized().ToArray());
        return reader.IsComplete ? blob : null;
    }
}
