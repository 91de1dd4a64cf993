using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>Making, loading and using keys (Part 3 sections 12, 20 and 24).</summary>
internal static class TpmKeyCommands
{
    private const ushort ValidationTicket = 0x8024; // TPM_ST_HASHCHECK

    extension(TpmConnection tpm)
    {
        /// <summary>A key that follows from the hierarchy's seed and the template.</summary>
        public (TpmObject Key, TpmPublic Public) CreatePrimary(uint hierarchy, byte[] template)
        {
            var (handle, parameters) = tpm.ExecuteForHandle(TpmCommand.CreatePrimary, [hierarchy], [TpmHandle.Password], Creation(template));
            var key = new TpmObject(tpm, handle);
            if (TpmPublic.Parse(new TpmReader(parameters).Sized()) is { } area) return (key, area);
            key.Dispose();
            throw TpmException.Unreadable("the public area of a primary key");
        }

        /// <summary>A new key below a loaded parent; it is not loaded yet.</summary>
        public TpmKeyBlob Create(TpmObject parent, byte[] template)
        {
            var reader = new TpmReader(tpm.Execute(TpmCommand.Create, [parent.Handle], [TpmHandle.Password], Creation(template)));
            var blob = new TpmKeyBlob(reader.Sized().ToArray(), reader.Sized().ToArray());
            return reader.RanOut ? throw TpmException.Unreadable("a new key") : blob;
        }

        public TpmObject Load(TpmObject parent, TpmKeyBlob blob)
        {
            var parts = new TpmWriter().Sized(blob.Private.Span).Sized(blob.Public.Span);
            return new TpmObject(tpm, tpm.ExecuteForHandle(TpmCommand.Load, [parent.Handle], [TpmHandle.Password], parts).Handle);
        }

        public TpmPublic ReadPublic(TpmObject key) =>
            TpmPublic.Parse(new TpmReader(tpm.Execute(TpmCommand.ReadPublic, [key.Handle], [], null)).Sized())
            ?? throw TpmException.Unreadable("a public area");

        /// <summary>Signs a SHA-256 digest by ECDSA.</summary>
        public TpmSignature Sign(TpmObject key, ReadOnlySpan<byte> digest)
        {
            // The null ticket: only a restricted key wants proof that the TPM made the digest.
            var parameters = new TpmWriter().Sized(digest)
                .UInt16((ushort)TpmAlgorithm.EcDsa).UInt16((ushort)TpmAlgorithm.Sha256)
                .UInt16(ValidationTicket).UInt32(TpmHandle.Null).Sized([]);
            return TpmSignature.Parse(tpm.Execute(TpmCommand.Sign, [key.Handle], [TpmHandle.Password], parameters))
                ?? throw TpmException.Unreadable("a signature");
        }
    }

    // No authorization value and no data of ours, a public area, nothing from outside, no registers.
    private static TpmWriter Creation(byte[] template) =>
        new TpmWriter().Sized(new TpmWriter().Sized([]).Sized([]).ToArray()).Sized(template).Sized([]).UInt32(0);
}
