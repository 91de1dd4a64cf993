using System.Collections.Immutable;
using System.Security.Cryptography;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>What a TPM says about itself, and the proof that two keys are in it (Part 3 sections 12.5, 18 and 22).</summary>
internal static class TpmAttestationCommands
{
    private const byte PolicySession = 1;

    extension(TpmConnection tpm)
    {
        /// <summary>The registers' digest, signed by the key with the nonce: the attestation, and the signature of it.</summary>
        public (byte[] Attest, byte[] Signature) Quote(TpmObject attestationKey, ReadOnlySpan<byte> nonce, PcrSelection selection)
        {
            var parameters = new TpmWriter().Sized(nonce).UInt16((ushort)TpmAlgorithm.Null);
            selection.Write(parameters);
            return Attested(tpm.Execute(TpmCommand.Quote, [attestationKey.Handle], [TpmHandle.Password], parameters));
        }

        /// <summary>That the first key is in this TPM, signed by the second one.</summary>
        public (byte[] Attest, byte[] Signature) Certify(TpmObject key, TpmObject attestationKey, ReadOnlySpan<byte> nonce) =>
            Attested(tpm.Execute(
                TpmCommand.Certify, [key.Handle, attestationKey.Handle], [TpmHandle.Password, TpmHandle.Password],
                new TpmWriter().Sized(nonce).UInt16((ushort)TpmAlgorithm.Null)));

        /// <summary>The secret that was sealed to this endorsement key and the attestation key's name.</summary>
        public byte[] ActivateCredential(TpmObject attestationKey, TpmObject endorsementKey, SealedCredential credential)
        {
            using var session = tpm.StartPolicySession();
            // The policy of an endorsement key: whoever may use the endorsement hierarchy.
            tpm.Execute(
                TpmCommand.PolicySecret, [TpmHandle.Endorsement, session.Handle], [TpmHandle.Password],
                new TpmWriter().Sized([]).Sized([]).Sized([]).UInt32(0));
            var parameters = new TpmWriter().Sized(credential.Blob.Span).Sized(credential.EncryptedSeed.Span);
            var reader = new TpmReader(tpm.Execute(
                TpmCommand.ActivateCredential, [attestationKey.Handle, endorsementKey.Handle], [TpmHandle.Password, session.Handle], parameters));
            var secret = reader.Sized().ToArray();
            return reader.IsComplete ? secret : throw TpmException.Unreadable("a credential");
        }

        /// <summary>The values of the selected registers, in their order.</summary>
        public ImmutableArray<ReadOnlyMemory<byte>> ReadRegisters(PcrSelection selection)
        {
            // A TPM answers as many as it likes, and says which (Part 3 section 22.4).
            var values = new SortedDictionary<int, ReadOnlyMemory<byte>>();
            while (values.Count < selection.Registers.Length)
            {
                var missing = selection with { Registers = [.. selection.Registers.Where(register => !values.ContainsKey(register))] };
                var parameters = new TpmWriter();
                missing.Write(parameters);
                if (!AddRegisters(tpm.Execute(TpmCommand.ReadRegisters, [], [], parameters), missing, values))
                    throw TpmException.Unreadable("the values of registers, or it has no such bank");
            }

            return [.. values.Values];
        }

        public void ExtendRegister(int register, ReadOnlySpan<byte> digest) =>
            tpm.Execute(
                TpmCommand.ExtendRegister, [(uint)register], [TpmHandle.Password],
                new TpmWriter().UInt32(1).UInt16((ushort)TpmAlgorithm.Sha256).Raw(digest));

        private TpmObject StartPolicySession()
        {
            const int nonceBytes = 32;
            var parameters = new TpmWriter().Sized(RandomNumberGenerator.GetBytes(nonceBytes)).Sized([])
                .Byte(PolicySession).UInt16((ushort)TpmAlgorithm.Null).UInt16((ushort)TpmAlgorithm.Sha256);
            return new TpmObject(tpm, tpm.ExecuteForHandle(TpmCommand.StartAuthSession, [TpmHandle.Null, TpmHandle.Null], [], parameters).Handle);
        }
    }

    private static (byte[] Attest, byte[] Signature) Attested(byte[] parameters)
    {
        var reader = new TpmReader(parameters);
        var attest = reader.Sized().ToArray();
        var signature = reader.Rest().ToArray();
        return reader.RanOut ? throw TpmException.Unreadable("an attestation") : (attest, signature);
    }

    private static bool AddRegisters(byte[] response, PcrSelection missing, SortedDictionary<int, ReadOnlyMemory<byte>> values)
    {
        var reader = new TpmReader(response);
        reader.UInt32(); // a counter of changes
        if (PcrSelection.Read(ref reader) is not [var given] || given.Bank != missing.Bank || reader.UInt32() != given.Registers.Length) return false;
        foreach (var register in given.Registers)
        {
            if (!missing.Registers.Contains(register)) return false;
            values[register] = reader.Sized().ToArray();
        }

        return reader.IsComplete;
    }
}
