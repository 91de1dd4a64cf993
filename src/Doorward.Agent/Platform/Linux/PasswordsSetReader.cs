using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class PasswordsSetReader : IFactReader
{
    private const string Shadow = "/etc/shadow";
    private const string Accounts = "/etc/passwd";

    public string Fact => FactNames.PasswordsSet;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadText(Shadow) is not { } text) return FactReading.Unknown("may not be read", Shadow);
        var accounts = Read(text);
        var (empty, source) = (WithoutOne(accounts), Shadow);

        // What stands here is not looked for there.
        if (empty.Count == 0) (empty, source) = (WithoutOne(Read(machine.Files.ReadText(Accounts))), Accounts);
        if (accounts.Count == 0) return FactReading.Unknown("names no account", Shadow);
        return empty.Count == 0 ? FactReading.Pass($"none of {accounts.Count} accounts", Shadow) : FactReading.Fail($"without a password: {string.Join(", ", empty)}", source);
    }

    // name:password:.. in both.
    private static List<string[]> Read(string? text) => [.. TextFiles.Lines(text).Select(static line => line.Split(':')).Where(static fields => fields.Length > 1)];

    // An empty password lets in; ! and * do not (shadow(5)).
    private static List<string> WithoutOne(List<string[]> accounts) => [.. accounts.Where(static fields => fields[1].Length == 0).Select(static fields => fields[0])];
}
