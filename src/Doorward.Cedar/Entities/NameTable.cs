using System.Numerics;

namespace Doorward.Cedar;

/// <summary>A table of names with open addressing: a look-up is one step from the hash that the name carries, and rarely a second.</summary>
internal static class NameTable
{
    /// <summary>An empty table that stays at most three quarters full with so many names.</summary>
    public static EntityValue?[] For(int count) => new EntityValue?[BitOperations.RoundUpToPowerOf2((uint)(count + count / 3 + 1))];

    /// <summary>Where the name is; negative when it is not there.</summary>
    public static int Find(EntityValue?[] table, EntityValue name)
    {
        var mask = table.Length - 1;
        for (var place = name.GetHashCode() & mask; table[place] is { } other; place = (place + 1) & mask)
            if (other.Equals(name)) return place;
        return -1;
    }

    /// <summary>Puts a name in, if it is not there; where it is then.</summary>
    public static int Add(EntityValue?[] table, EntityValue name)
    {
        var mask = table.Length - 1;
        var place = name.GetHashCode() & mask;
        while (table[place] is { } other && !other.Equals(name)) place = (place + 1) & mask;
        table[place] ??= name;
        return place;
    }
}
