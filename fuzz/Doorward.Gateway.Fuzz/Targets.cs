using Doorward.Gateway.Tls;

namespace Doorward.Fuzz;

/// <summary>What is done with the bytes. Any exception is a crash; so is an answer that cannot be right.</summary>
internal static class Targets
{
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["hello"] = ReadHello,
    };

    private static void ReadHello(byte[] bytes)
    {
        var name = ClientHello.Of(bytes).Name;
        if (name.Length is not (0 or 32)) throw new InvalidOperationException("a name of a wrong length");
        if (name.Length > 0 && ClientHello.LengthOf(bytes) > bytes.Length) throw new InvalidOperationException("a record that is not whole has a name");
    }
}
