using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class PasswordsSetReader : IFactReader
{
    private const string Shadow = "/etc/shadow";

    public string Fact => FactNames.PasswordsSet;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadText(Shadow) is not { } text) return FactReading.Unknown("may not be read", Shadow);
        // name:password:.. An empty password lets in; ! and * do not (shadow(5)).
        var accounts = TextFiles.Lines(text).Select(static line => line.Split(':')).Where(static fields => fields.Length > 1).ToList();
        var empty = accounts.Where(static fields => fields[1].Length == 0).Select(static fields => fields[0]).ToList();
        if (accounts.Count == 0) return FactReading.Unknown("names no account", Shadow);
        return empty.Count == 0 ? FactReading.Pass($"none of {accounts.Count} accounts", Shadow) : FactReading.Fail($"without a password: {string.Join(", ", empty)}", Shadow);
    }
}
