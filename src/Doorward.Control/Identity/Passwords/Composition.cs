using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Doorward.Control.Identity.Passwords;

/// <summary>
/// Unicode normalization form C (UAX #15). <c>string.Normalize</c> leaves everything but ASCII as it is under
/// InvariantGlobalization, and ICU is a dependency that servers do not have: the table it needs lies beside this file.
/// </summary>
internal static class Composition
{
    private const int FirstCombining = 0x300;
    private static readonly Lazy<Table> s_table = new(Table.Read);

    /// <summary>The composed form of well-formed text: "e" with a combining accent becomes the one character.</summary>
    public static string Compose(string text)
    {
        // Nothing below composes, is composed differently, or is put in another order.
        if (!text.AsSpan().ContainsAnyInRange((char)FirstCombining, char.MaxValue))
            return text;
        var table = s_table.Value;
        var runes = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            table.Decompose(rune, runes);
        Order(runes, table);
        var composed = new StringBuilder(text.Length);
        foreach (var rune in Join(runes, table))
            composed.Append(rune.ToString());
        return composed.ToString();
    }

    // Marks of one base stand in the order of their classes; those of one class keep theirs.
    private static void Order(List<Rune> runes, Table table)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var (rune, rank) = (runes[i], table.Class(runes[i]));
            var place = i;
            for (; rank > 0 && place > 0 && table.Class(runes[place - 1]) > rank; place--)
                runes[place] = runes[place - 1];
            runes[place] = rune;
        }
    }

    private static List<Rune> Join(List<Rune> runes, Table table)
    {
        var joined = new List<Rune>(runes.Count);
        var starter = -1;
        foreach (var rune in runes)
        {
            var rank = table.Class(rune);

            // A mark is blocked from its base by one of the same class or a higher one in between.
            var previous = starter >= 0 && joined.Count - 1 > starter ? table.Class(joined[^1]) : -1;
            if (starter >= 0 && previous < rank && table.Pair(joined[starter], rune) is { } one)
            {
                joined[starter] = one;
                continue;
            }

            if (rank == 0)
                starter = joined.Count;
            joined.Add(rune);
        }

        return joined;
    }

    /// <summary>What of the Unicode character database form C needs; Hangul is arithmetic (Unicode, section 3.12).</summary>
    private sealed class Table(
        FrozenDictionary<int, (int First, int Second)> parts, FrozenDictionary<(int, int), int> pairs, FrozenDictionary<int, byte> classes)
    {
        private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Tails = 0x11A7;
        private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

        public static Table Read()
        {
            var parts = new Dictionary<int, (int, int)>();
            var pairs = new Dictionary<(int, int), int>();
            var classes = new Dictionary<int, byte>();
            foreach (var entry in Entries())
            {
                if (entry.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                {
                    var (first, last) = Numbers(entry[..colon], "..");
                    for (var code = first; code <= Math.Max(first, last); code++)
                        classes[code] = byte.Parse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
                    continue;
                }

                var sign = entry.AsSpan().IndexOfAny('=', '-');
                var (whole, pair) = (Number(entry.AsSpan(0, sign)), Numbers(entry[(sign + 1)..], " "));
                parts[whole] = pair;
                if (entry[sign] == '=')
                    pairs[pair] = whole;
            }

            return new Table(parts.ToFrozenDictionary(), pairs.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        public int Class(Rune rune) => classes.TryGetValue(rune.Value, out var rank) ? rank : 0;

        public void Decompose(Rune rune, List<Rune> into)
        {
            if (rune.Value - Syllables is >= 0 and < SyllableCount and var syllable)
            {
                into.Add(new Rune(Leads + (syllable / (VowelCount * TailCount))));
                into.Add(new Rune(Vowels + (syllable % (VowelCount * TailCount) / TailCount)));
                if (syllable % TailCount is > 0 and var tail)
                    into.Add(new Rune(Tails + tail));
                return;
            }

            if (!parts.TryGetValue(rune.Value, out var pair))
            {
                into.Add(rune);
                return;
            }

            // The table's own depth is four at most; it does not come from outside.
            Decompose(new Rune(pair.First), into);
            if (pair.Second > 0)
                Decompose(new Rune(pair.Second), into);
        }

        public Rune? Pair(Rune first, Rune second)
        {
            if (first.Value - Leads is >= 0 and < LeadCount and var lead && second.Value - Vowels is >= 0 and < VowelCount and var vowel)
                return new Rune(Syllables + (((lead * VowelCount) + vowel) * TailCount));
            if (first.Value - Syllables is >= 0 and < SyllableCount and var open && open % TailCount == 0 && second.Value - Tails is > 0 and < TailCount and var tail)
                return new Rune(first.Value + tail);
            return pairs.TryGetValue((first.Value, second.Value), out var whole) ? new Rune(whole) : null;
        }

        private static IEnumerable<string> Entries()
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Passwords/canonical.txt")!);
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#'))
                    continue;
                foreach (var entry in line.Split(';'))
                    yield return entry;
            }
        }

        private static (int First, int Second) Numbers(string text, string between)
        {
            var place = text.IndexOf(between, StringComparison.Ordinal);
            return place < 0 ? (Number(text), 0) : (Number(text.AsSpan(0, place)), Number(text.AsSpan(place + between.Length)));
        }

        private static int Number(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
