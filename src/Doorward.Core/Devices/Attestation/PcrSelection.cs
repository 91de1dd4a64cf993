using System.Collections.Immutable;

namespace Doorward.Core.Devices.Attestation;

/// <summary>Which platform configuration registers of one bank, ascending.</summary>
public sealed record PcrSelection(TpmAlgorithm Bank, ImmutableArray<int> Registers)
{
    private const int Registers24 = 3; // bytes of the bit map, which every PC client has
    private const int MostBanks = 16;
    private const int MostBytes = 32;

    public bool Equals(PcrSelection? other) => other is not null && Bank == other.Bank && Registers.SequenceEqual(other.Registers);

    public override int GetHashCode() => HashCode.Combine(Bank, Registers.Length);

    /// <summary>A TPML_PCR_SELECTION of this bank alone.</summary>
    public void Write(TpmWriter writer)
    {
        Span<byte> map = stackalloc byte[Registers24];
        foreach (var register in Registers) map[register / 8] |= (byte)(1 << (register % 8));
        writer.UInt32(1).UInt16((ushort)Bank).Byte(Registers24).Raw(map);
    }

    /// <summary>The banks of a TPML_PCR_SELECTION that name registers; null when it is longer than any TPM's.</summary>
    public static ImmutableArray<PcrSelection>? Read(ref TpmReader reader)
    {
        var count = reader.UInt32();
        if (count > MostBanks) return null;
        var banks = ImmutableArray.CreateBuilder<PcrSelection>();
        for (var index = 0; index < count && !reader.RanOut; index++)
        {
            var bank = (TpmAlgorithm)reader.UInt16();
            var size = reader.Byte();
            if (size > MostBytes) return null;
            var registers = Set(reader.Take(size));
            if (!registers.IsEmpty) banks.Add(new PcrSelection(bank, registers));
        }

        return banks.ToImmutable();
    }

    private static ImmutableArray<int> Set(ReadOnlySpan<byte> map)
    {
        var registers = ImmutableArray.CreateBuilder<int>();
        for (var register = 0; register < map.Length * 8; register++)
        {
            if ((map[register / 8] & (1 << (register % 8))) != 0) registers.Add(register);
        }

        return registers.ToImmutable();
    }
}
