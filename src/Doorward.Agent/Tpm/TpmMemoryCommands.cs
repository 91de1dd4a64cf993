using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>What a TPM keeps and is: non-volatile memory, capabilities, random bytes (Part 3 sections 16, 30 and 31).</summary>
internal static class TpmMemoryCommands
{
    private const uint ManufacturerProperty = 0x105; // TPM_PT_MANUFACTURER
    private const uint PropertiesCapability = 6; // TPM_CAP_TPM_PROPERTIES
    private const ushort NotThere = 0x18B; // handle 1: there is no such index
    private const ushort Chunk = 512; // every TPM reads that much at once
    private const int Largest = 16 * 1024;

    extension(TpmConnection tpm)
    {
        /// <summary>What lies at an index; null when nothing does.</summary>
        public byte[]? ReadMemory(uint index)
        {
            if (tpm.SizeOfMemory(index) is not { } size) return null;
            var bytes = new List<byte>(size);
            while (bytes.Count < size)
            {
                var parameters = new TpmWriter().UInt16((ushort)Math.Min(Chunk, size - bytes.Count)).UInt16((ushort)bytes.Count);
                var reader = new TpmReader(tpm.Execute(TpmCommand.ReadNonVolatile, [index, index], [TpmHandle.Password], parameters));
                var part = reader.Sized();
                if (part.IsEmpty) throw TpmException.Unreadable("its non-volatile memory");
                bytes.AddRange(part);
            }

            return [.. bytes];
        }

        /// <summary>Four letters by which its manufacturer is known, such as <c>IFX</c> or <c>IBM</c>.</summary>
        public string Manufacturer()
        {
            var parameters = new TpmWriter().UInt32(PropertiesCapability).UInt32(ManufacturerProperty).UInt32(1);
            var reader = new TpmReader(tpm.Execute(TpmCommand.GetCapability, [], [], parameters));
            reader.Byte(); // whether there is more
            var (capability, count, property) = (reader.UInt32(), reader.UInt32(), reader.UInt32());
            var letters = reader.Take(4).ToArray();
            if (!reader.IsComplete || capability != PropertiesCapability || count != 1 || property != ManufacturerProperty)
                throw TpmException.Unreadable("its manufacturer");
            return string.Concat(letters.Where(static letter => char.IsAsciiLetterOrDigit((char)letter)).Select(static letter => (char)letter));
        }

        public byte[] Random(int count)
        {
            var reader = new TpmReader(tpm.Execute(TpmCommand.GetRandom, [], [], new TpmWriter().UInt16((ushort)count)));
            var bytes = reader.Sized().ToArray();
            return reader.IsComplete ? bytes : throw TpmException.Unreadable("random bytes");
        }

        private int? SizeOfMemory(uint index)
        {
            try
            {
                var reader = new TpmReader(tpm.Execute(TpmCommand.ReadNonVolatilePublic, [index], [], null));
                var area = new TpmReader(reader.Sized());
                area.UInt32(); // the index
                area.UInt16(); // the hash of its name
                area.UInt32(); // attributes
                area.Sized(); // its policy
                var size = area.UInt16();
                return area.IsComplete && size <= Largest ? size : throw TpmException.Unreadable("what its non-volatile memory is like");
            }
            catch (TpmException error) when (error.Code == NotThere)
            {
                return null;
            }
        }
    }
}
