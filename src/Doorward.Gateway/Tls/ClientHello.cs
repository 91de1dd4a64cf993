using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Gateway.Tls;

/// <summary>
/// What the first message of a handshake says of the client: its cipher suites, extensions, groups, signature algorithms and versions, as
/// a hash. Programs differ in it, and one program is alike in it from connection to connection (as in JA4): what is random or changes with
/// the target, the session or the protocol that is asked for is left out. Feature of a connection; no secret, and no identity by itself.
/// </summary>
internal sealed class ClientHello
{
    private const int Handshake = 22;
    private const int Hello = 1;
    private const int RecordHeader = 5;
    private const int HashLength = 16;

    private const int SignatureAlgorithms = 13;
    private const int Groups = 10;
    private const int Versions = 43;

    // server_name, ALPN, padding, session_ticket, pre_shared_key, early_data, cookie, psk_key_exchange_modes, key_share, encrypted_client_hello,
    // application_settings (two numbers), certificate_authorities: they say where to, or how to go on, not who.
    private static ReadOnlySpan<int> Passing => [0, 16, 21, 35, 41, 42, 44, 45, 47, 51, 0xFE0D, 17513, 17613];

    private ClientHello(string name) => Name = name;

    /// <summary>32 hexadecimal digits; empty when the message could not be read.</summary>
    public string Name { get; }

    public static ClientHello Unknown { get; } = new("");

    /// <summary>How long the first record is, header included; null before its header is there, 0 when it is no handshake.</summary>
    public static int? LengthOf(ReadOnlySpan<byte> start) => start switch
    {
        { Length: >= 1 } when start[0] != Handshake => 0,
        { Length: < RecordHeader } => null,
        _ => RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(start[3..]),
    };

    /// <summary>Reads the first record. A message that goes on in another, or is none, is unknown: what binds by it does not.</summary>
    public static ClientHello Of(ReadOnlySpan<byte> record)
    {
        if (LengthOf(record) is not > RecordHeader || record.Length < LengthOf(record)) return Unknown;
        var message = new TlsReader(record[RecordHeader..]);
        if (!message.TryNumber(1, out var kind) || kind != Hello || !message.TryVector(3, out var hello)) return Unknown;
        if (!hello.TrySkip(2 + 32) || !hello.TryVector(1, out _) || !hello.TryVector(2, out var suites) || !hello.TryVector(1, out _)) return Unknown;
        var seen = new List<int>(128);
        if (!TakeSorted(suites, seen)) return Unknown;
        if (!hello.TryVector(2, out var extensions) || !TakeExtensions(extensions, seen)) return Unknown;
        Span<byte> text = seen.Count * sizeof(int) <= 4096 ? stackalloc byte[seen.Count * sizeof(int)] : new byte[seen.Count * sizeof(int)];
        for (var i = 0; i < seen.Count; i++) BinaryPrimitives.WriteInt32BigEndian(text[(i * sizeof(int))..], seen[i]);
        return new ClientHello(Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, HashLength)));
    }

    // Browsers shuffle them; and those that only they know (GREASE, RFC 8701) are drawn anew each time.
    private static bool TakeExtensions(TlsReader extensions, List<int> seen)
    {
        var kinds = new List<int>(32);
        var details = new List<int>(64);
        while (!extensions.IsEmpty)
        {
            if (!extensions.TryNumber(2, out var kind) || !extensions.TryVector(2, out var content)) return false;
            if (IsGrease(kind) || Passing.Contains(kind)) continue;
            kinds.Add(kind);
            if (kind is SignatureAlgorithms or Groups or Versions && !TakeList(kind, content, details)) return false;
        }

        kinds.Sort();
        Add(seen, kinds);
        Add(seen, details);
        return true;
    }

    // Each in the order of its client's preference; the lists themselves in that of their numbers, wherever they stood.
    private static bool TakeList(int kind, TlsReader content, List<int> details)
    {
        if (!content.TryVector(kind == Versions ? 1 : 2, out var list)) return false;
        var found = new List<int>(32) { -kind };
        while (!list.IsEmpty)
        {
            if (!list.TryNumber(2, out var one)) return false;
            if (!IsGrease(one)) found.Add(one);
        }

        var place = 0;
        while (place < details.Count && !(details[place] < 0 && -details[place] > kind)) place++;
        details.InsertRange(place, found);
        return true;
    }

    private static bool TakeSorted(TlsReader suites, List<int> seen)
    {
        var found = new List<int>(32);
        while (!suites.IsEmpty)
        {
            if (!suites.TryNumber(2, out var suite)) return false;
            if (!IsGrease(suite)) found.Add(suite);
        }

        found.Sort();
        Add(seen, found);
        return true;
    }

    // Counted, so that no two lists together read as two others.
    private static void Add(List<int> seen, List<int> more)
    {
        seen.Add(more.Count);
        seen.AddRange(more);
    }

    private static bool IsGrease(int value) => (value & 0x0F0F) == 0x0A0A && (value >> 8) == (value & 0xFF);
}

/// <summary>Reads the numbers and length-prefixed vectors of TLS (RFC 8446 section 3); never past the end.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsEmpty => _left.IsEmpty;

    public bool TryNumber(int size, out int number)
    {
        number = 0;
        if (_left.Length < size) return false;
        for (var i = 0; i < size; i++) number = (number << 8) | _left[i];
        _left = _left[size..];
        return true;
    }

    public bool TryVector(int lengthSize, out TlsReader content)
    {
        content = default;
        if (!TryNumber(lengthSize, out var length) || _left.Length < length) return false;
        content = new TlsReader(_left[..length]);
        _left = _left[length..];
        return true;
    }

    public bool TrySkip(int count)
    {
        if (_left.Length < count) return false;
        _left = _left[count..];
        return true;
    }
}
